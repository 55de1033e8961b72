//! Figures of a user's receipts.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable};
use serde::Serialize;

use crate::Result;
use crate::types::UserId;

/// Figures of the receipts in a user's active mailboxes; but for the cost, of those that do not count as deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName, Serialize)]
pub struct ReceiptStatistics {
    /// Receipts, whatever their parsing status.
    #[diesel(sql_type = BigInt)]
    pub total_receipts: i64,
    /// Parsed ones.
    #[diesel(sql_type = BigInt)]
    pub parsed_receipts: i64,
    /// Those that wait to be parsed.
    #[diesel(sql_type = BigInt)]
    pub pending_receipts: i64,
    /// Those whose parsing failed.
    #[diesel(sql_type = BigInt)]
    pub failed_receipts: i64,
    /// Those with a match or several.
    #[diesel(sql_type = BigInt)]
    pub matched_receipts: i64,
    /// Day of the first purchase.
    #[diesel(sql_type = Nullable<Date>)]
    pub min_receipt_date: Option<NaiveDate>,
    /// Day of the last purchase.
    #[diesel(sql_type = Nullable<Date>)]
    pub max_receipt_date: Option<NaiveDate>,
    /// What the language model cost for all, deleted ones too, in US cents.
    #[diesel(sql_type = BigInt)]
    pub total_llm_cost_cents: i64,
}

/// The figures of a user; zeros and no days without receipts.
///
/// Takes over `get_gmail_statistics`.
pub fn receipts(conn: &mut PgConnection, user: UserId) -> Result<ReceiptStatistics> {
    Ok(diesel::sql_query(include_str!("statistics.sql"))
        .bind::<Integer, _>(user)
        .get_result(conn)?)
}
