//! Whether spending is a necessity (for Huqúqu'lláh): by a person's choice, else by the enrichment.
//!
//! A choice or an enrichment of the empty text is none.

mod classified_transaction;
mod summary;

use bigdecimal::BigDecimal;
use diesel::dsl;
use diesel::prelude::*;

pub use self::classified_transaction::ClassifiedTransaction;
pub use self::summary::HuququllahSummary;
use super::transaction::metadata::{inner_text, member_text};
use super::transaction::owned_by;
use super::{TrueLayerTransaction, TrueLayerTransactionChanges};
use crate::Result;
use crate::models::Filter;
use crate::schema::truelayer_transactions;
use crate::types::{HuququllahClassification, TransactionType, TrueLayerTransactionId, UserId};

/// The member of the metadata that holds a person's choice.
const CHOICE: &str = "huququllah_classification";

mod sql_functions {
    use diesel::define_sql_function;
    use diesel::sql_types::{Nullable, Text};

    define_sql_function! { fn coalesce(first: Nullable<Text>, second: Nullable<Text>) -> Nullable<Text>; }
    define_sql_function! { fn lower(text: Nullable<Text>) -> Nullable<Text>; }
    define_sql_function! { fn nullif(text: Nullable<Text>, nothing: Text) -> Nullable<Text>; }
}
use sql_functions::{coalesce, lower, nullif};

/// A person's choice as it is, else the word of the enrichment in lower case.
#[dsl::auto_type]
fn classification() -> _ {
    let choice: &'static str = CHOICE;
    coalesce(
        nullif(member_text(truelayer_transactions::metadata, choice), ""),
        lower(nullif(
            inner_text(
                truelayer_transactions::metadata,
                "enrichment",
                "essential_discretionary",
            ),
            "",
        )),
    )
}

/// Transactions that are neither essential nor discretionary.
#[dsl::auto_type]
fn unclassified() -> _ {
    let essential: HuququllahClassification = HuququllahClassification::Essential;
    let discretionary: HuququllahClassification = HuququllahClassification::Discretionary;
    lower(classification())
        .is_distinct_from(essential)
        .and(lower(classification()).is_distinct_from(discretionary))
}

/// What the owner spent: debits above zero.
fn spent_by(owner: Option<UserId>) -> Filter<truelayer_transactions::table> {
    Box::new(
        truelayer_transactions::transaction_type
            .eq(TransactionType::Debit)
            .and(truelayer_transactions::amount.gt(BigDecimal::from(0)))
            .and(owned_by(owner)),
    )
}

impl TrueLayerTransaction {
    /// Notes a person's choice for a transaction of the owner, or that there is none; what else is in the metadata stays.
    ///
    /// [`Error::NotFound`](crate::Error::NotFound) without the transaction.
    ///
    /// Takes over `update_transaction_huququllah`.
    pub fn set_huququllah_classification(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerTransactionId,
        classification: Option<HuququllahClassification>,
    ) -> Result<()> {
        let changes = TrueLayerTransactionChanges::default();
        Self::update_with_metadata(conn, owner.into(), id, &changes, CHOICE, &classification)
    }
}
