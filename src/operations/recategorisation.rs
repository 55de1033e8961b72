//! What the categoriser would make of transactions.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::pg::{Pg, PgRowByRowLoadingMode};
use diesel::prelude::*;
use serde::Serialize;

use super::categoriser::{Categoriser, OTHER};
use crate::Result;
use crate::models::truelayer::transaction::owned_by;
use crate::schema::truelayer_transactions;
use crate::types::{TransactionType, TrueLayerTransactionId, UserId};

/// A transaction that the categoriser puts elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Recategorisation {
    /// The transaction.
    #[serde(flatten)]
    pub transaction: Categorised,
    /// What the categoriser says.
    pub new_category: String,
}

/// A transaction and its category.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize)]
#[diesel(table_name = truelayer_transactions, check_for_backend(Pg))]
pub struct Categorised {
    /// `truelayer_transactions.id`.
    pub id: TrueLayerTransactionId,
    /// The bank's text.
    pub description: String,
    /// The merchant.
    pub merchant_name: Option<String>,
    /// Direction.
    pub transaction_type: TransactionType,
    /// The category as it is.
    pub transaction_category: Option<String>,
    /// Without sign, in `currency`.
    pub amount: BigDecimal,
    /// ISO 4217 code, three letters.
    pub currency: String,
    /// When it was made.
    pub timestamp: DateTime<Utc>,
}

/// Lists the owner's transactions of these categories, or of `Other`, that the categoriser would put into another one;
/// newest first. Nothing is written.
pub fn preview(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    categories: Option<&[&str]>,
) -> Result<Vec<Recategorisation>> {
    let categoriser = Categoriser::load(conn)?;
    let transactions = truelayer_transactions::table
        .filter(truelayer_transactions::transaction_category.eq_any(categories.unwrap_or(&[OTHER])))
        .filter(owned_by(owner.into()))
        .order((
            truelayer_transactions::timestamp.desc(),
            truelayer_transactions::id.desc(),
        ))
        .select(Categorised::as_select())
        .load_iter::<Categorised, PgRowByRowLoadingMode>(conn)?;
    let mut changes = Vec::new();
    for transaction in transactions {
        let transaction = transaction?;
        let merchant = transaction.merchant_name.as_deref().unwrap_or_default();
        let texts = [&*transaction.description, merchant];
        let category = categoriser.categorise(texts, transaction.transaction_type);
        if transaction.transaction_category.as_deref() != Some(category) {
            changes.push(Recategorisation {
                new_category: category.to_owned(),
                transaction,
            });
        }
    }
    Ok(changes)
}
