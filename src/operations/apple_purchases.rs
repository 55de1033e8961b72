//! App Store purchases as a whole: how many there are, removing them.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Date, Integer, Nullable, Numeric, Text};
use serde::Serialize;

pub use super::currency_totals::CurrencyTotals;

use super::currency_totals::totals;
use super::enrichment_sources::{lock_explained_by, remove};
use super::pre_enrichment_status::reset;
use crate::Result;
use crate::schema::{apple_transaction_matches, apple_transactions};
use crate::types::{AppleTransactionId, EnrichmentSourceType, TrueLayerTransactionId, UserId};

/// How many purchases there are, and how much they are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PurchaseStatistics {
    /// All purchases; they have no owner.
    pub total_purchases: i64,
    /// Day of the first purchase.
    pub first_day: Option<NaiveDate>,
    /// Day of the last purchase.
    pub last_day: Option<NaiveDate>,
    /// Sums of the amounts.
    pub spent: CurrencyTotals,
    /// Purchases, each once, that are matched to a transaction of the owner.
    pub matched: i64,
}

impl PurchaseStatistics {
    /// Purchases that are matched to no transaction of the owner.
    pub const fn unmatched(&self) -> i64 {
        self.total_purchases - self.matched
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    total_purchases: i64,
    #[diesel(sql_type = Nullable<Date>)]
    first_day: Option<NaiveDate>,
    #[diesel(sql_type = Nullable<Date>)]
    last_day: Option<NaiveDate>,
    #[diesel(sql_type = BigInt)]
    matched: i64,
    #[diesel(sql_type = Array<Text>)]
    currencies: Vec<String>,
    #[diesel(sql_type = Array<Numeric>)]
    sums: Vec<BigDecimal>,
}

/// Counts and adds up all purchases, in one statement.
///
/// Takes over `get_apple_statistics`.
pub fn statistics(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<PurchaseStatistics> {
    let row: Row = diesel::sql_query(include_str!("apple_purchases/statistics.sql"))
        .bind::<Nullable<Integer>, _>(owner.into())
        .get_result(conn)?;
    Ok(PurchaseStatistics {
        total_purchases: row.total_purchases,
        first_day: row.first_day,
        last_day: row.last_day,
        spent: totals(row.currencies, row.sums),
        matched: row.matched,
    })
}

/// Deletes all purchases, everybody's, with their matches and with the sources that they are of, in one transaction. A bank
/// transaction that loses its primary source gets another one where it has any, and one that was `Matched` the status that it
/// came with. Answers how many purchases were deleted.
///
/// Takes over `clear_apple_transactions`.
pub fn clear(conn: &mut PgConnection) -> Result<usize> {
    use apple_transaction_matches as matches;
    use apple_transactions as purchases;

    conn.transaction(|conn| {
        let matched = matches::table
            .select(matches::truelayer_transaction_id)
            .load(conn)?;
        lock_explained_by(conn, EnrichmentSourceType::Apple, matched)?;
        let ids: Vec<AppleTransactionId> = purchases::table
            .select(purchases::id)
            .order(purchases::id)
            .for_update()
            .load(conn)?;
        let unmatched: Vec<TrueLayerTransactionId> = diesel::delete(matches::table)
            .filter(matches::apple_transaction_id.eq_any(&ids))
            .returning(matches::truelayer_transaction_id)
            .get_results(conn)?;
        let deleted = diesel::delete(purchases::table)
            .filter(purchases::id.eq_any(&ids))
            .execute(conn)?;
        let source_ids: Vec<i32> = ids.into_iter().map(|id| id.0).collect();
        remove(conn, EnrichmentSourceType::Apple, &source_ids)?;
        reset(conn, &unmatched)?;
        Ok(deleted)
    })
}
