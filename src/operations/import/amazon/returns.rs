//! Storing refunds.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::ExecuteCopyFromDsl as _;
use diesel::prelude::*;

use crate::Result;
use crate::models::amazon::NewAmazonReturn;
use crate::operations::import::Imported;
use crate::operations::import::staging::{self, Staged};
use crate::types::TrueLayerTransactionId;

diesel::table! {
    staged (position) {
        position -> BigInt,
        order_id -> Text,
        reversal_id -> Text,
        refund_completion_date -> Date,
        currency -> Text,
        amount_refunded -> Numeric,
        status -> Nullable<Text>,
        disbursement_type -> Nullable<Text>,
        source_file -> Nullable<Text>,
        original_transaction_id -> Nullable<Integer>,
        refund_transaction_id -> Nullable<Integer>,
    }
}

#[derive(Insertable)]
#[diesel(table_name = staged, treat_none_as_default_value = false)]
struct StagedReturn<'a> {
    position: i64,
    order_id: &'a str,
    reversal_id: &'a str,
    refund_completion_date: NaiveDate,
    currency: &'a str,
    amount_refunded: &'a BigDecimal,
    status: Option<&'a str>,
    disbursement_type: Option<&'a str>,
    source_file: Option<&'a str>,
    original_transaction_id: Option<TrueLayerTransactionId>,
    refund_transaction_id: Option<TrueLayerTransactionId>,
}

impl Staged for StagedReturn<'_> {
    const CREATE: &'static str = include_str!("returns_staged.sql");
    const KEY: &'static str = "reversal_id";
    const INSERT: &'static str = include_str!("returns_insert.sql");

    fn copy(rows: &[Self], conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::copy_from(staged::table)
            .from_insertable(rows)
            .execute(conn)
    }
}

/// Stores refunds that are handed over in a list. One whose `reversal_id` is known already, or stands earlier in the list,
/// keeps its values and its links and counts as a duplicate; one that the database refuses (its currency is not of three
/// letters) is refused alone. The order need not be known. Amounts are in major units of their currency.
///
/// [`Error::Reference`](crate::Error::Reference) where a linked transaction is not there; nothing is stored then.
///
/// Takes over `import_amazon_returns`.
pub fn store_returns(conn: &mut PgConnection, returns: &[NewAmazonReturn<'_>]) -> Result<Imported> {
    let rows = (1..).zip(returns).map(|(position, refund)| StagedReturn {
        position,
        order_id: refund.order_id,
        reversal_id: refund.reversal_id,
        refund_completion_date: refund.refund_completion_date,
        currency: refund.currency,
        amount_refunded: refund.amount_refunded,
        status: refund.status,
        disbursement_type: refund.disbursement_type,
        source_file: refund.source_file,
        original_transaction_id: refund.original_transaction_id,
        refund_transaction_id: refund.refund_transaction_id,
    });
    staging::store(conn, rows)
}
