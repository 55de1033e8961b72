//! Retail orders as a whole: how many there are, what they cover, removing them.

use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Date, Integer, Nullable};
use serde::Serialize;

use super::enrichment_sources::{lock_explained_by, remove};
use super::pre_enrichment_status::reset;
use crate::Result;
use crate::models::legacy;
use crate::schema::{
    amazon_orders, amazon_transaction_matches, truelayer_amazon_transaction_matches,
};
use crate::types::{AmazonOrderId, EnrichmentSourceType, TrueLayerTransactionId, UserId};

/// How many orders there are, and how many payments they explain.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName, Serialize)]
pub struct OrderStatistics {
    /// All orders; they have no owner.
    #[diesel(sql_type = BigInt)]
    pub total_orders: i64,
    /// Day of the oldest order.
    #[diesel(sql_type = Nullable<Date>)]
    pub first_day: Option<NaiveDate>,
    /// Day of the newest order.
    #[diesel(sql_type = Nullable<Date>)]
    pub last_day: Option<NaiveDate>,
    /// Matches of the owner's transactions.
    #[diesel(sql_type = BigInt)]
    pub matched: i64,
    /// The owner's transactions that look like such payments and are not matched.
    #[diesel(sql_type = BigInt)]
    pub unmatched: i64,
}

/// How well the orders of a range of days explain its payments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, QueryableByName, Serialize)]
pub struct AmazonCoverage {
    /// The owner's transactions that look like Amazon, payments and refunds.
    #[diesel(sql_type = BigInt)]
    pub payments: i64,
    /// Orders from three days before to three days after; they have no owner.
    #[diesel(sql_type = BigInt)]
    pub orders: i64,
    /// Those of `payments` that are matched to an order.
    #[diesel(sql_type = BigInt)]
    pub matched: i64,
}

impl AmazonCoverage {
    /// How many of the payments are matched, in percent; 0 where there are none.
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn match_rate(&self) -> f64 {
        if self.payments == 0 {
            0.0
        } else {
            self.matched as f64 / self.payments as f64 * 100.0
        }
    }
}

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClearedOrders {
    /// Orders.
    pub orders: usize,
    /// Their matches, those of the legacy transactions among them.
    pub matches: usize,
}

/// Counts orders, the owner's matches, and the owner's transactions that
/// [`unmatched`](super::matching::amazon::unmatched) lists, in one statement.
///
/// Takes over `get_amazon_statistics`.
pub fn statistics(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<OrderStatistics> {
    Ok(
        diesel::sql_query(include_str!("amazon_orders/statistics.sql"))
            .bind::<Nullable<Integer>, _>(owner.into())
            .get_result(conn)?,
    )
}

/// Counts what there is from `first` to `last`, whole days in UTC, in one statement; nothing where they are swapped.
///
/// Takes over `check_amazon_coverage`.
pub fn coverage(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    first: NaiveDate,
    last: NaiveDate,
) -> Result<AmazonCoverage> {
    Ok(
        diesel::sql_query(include_str!("amazon_orders/coverage.sql"))
            .bind::<Nullable<Integer>, _>(owner.into())
            .bind::<Date, _>(first)
            .bind::<Date, _>(last)
            .get_result(conn)?,
    )
}

/// Deletes all orders, everybody's, with their matches and with the sources that they are of, in one transaction. A bank
/// transaction that loses its primary source gets another one where it has any, and one that was `Matched` the status that it
/// came with. Returns stay, with their links and the sources of their credits.
///
/// Takes over `clear_amazon_orders`.
pub fn clear(conn: &mut PgConnection) -> Result<ClearedOrders> {
    use amazon_transaction_matches as legacy_matches;
    use truelayer_amazon_transaction_matches as matches;

    conn.transaction(|conn| {
        let matched = matches::table
            .select(matches::truelayer_transaction_id)
            .load(conn)?;
        lock_explained_by(conn, EnrichmentSourceType::Amazon, matched)?;
        let ids: Vec<AmazonOrderId> = amazon_orders::table
            .select(amazon_orders::id)
            .order(amazon_orders::id)
            .for_update()
            .load(conn)?;
        let unmatched: Vec<TrueLayerTransactionId> = diesel::delete(matches::table)
            .filter(matches::amazon_order_id.eq_any(&ids))
            .returning(matches::truelayer_transaction_id)
            .get_results(conn)?;
        let mut removed = unmatched.len();
        if legacy::is_there(conn, "amazon_transaction_matches")? {
            removed += diesel::delete(legacy_matches::table)
                .filter(legacy_matches::amazon_order_id.eq_any(&ids))
                .execute(conn)?;
        }
        let orders = diesel::delete(amazon_orders::table)
            .filter(amazon_orders::id.eq_any(&ids))
            .execute(conn)?;
        let source_ids: Vec<i32> = ids.into_iter().map(|id| id.0).collect();
        remove(conn, EnrichmentSourceType::Amazon, &source_ids)?;
        reset(conn, &unmatched)?;
        Ok(ClearedOrders {
            orders,
            matches: removed,
        })
    })
}
