//! Amazon Business orders as a whole: storing one with its lines, summaries, counts, removing them.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable};
use serde::Serialize;

use super::amazon_orders::OrderStatistics;
use super::enrichment_sources::{lock_explained_by, remove};
use super::import::amazon::store_business_line_items;
use super::pre_enrichment_status::reset;
use crate::Result;
use crate::models::amazon::{
    AmazonBusinessOrder, NewAmazonBusinessLineItem, NewAmazonBusinessOrder,
};
use crate::schema::{
    amazon_business_line_items, amazon_business_orders, truelayer_amazon_business_matches,
};
use crate::types::{AmazonBusinessOrderId, EnrichmentSourceType, TrueLayerTransactionId, UserId};

/// What was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClearedBusinessData {
    /// Orders.
    pub orders: usize,
    /// Their matches.
    pub matches: usize,
    /// Their lines.
    pub line_items: usize,
}

/// Stores an order with its lines in one transaction, and sums the lines up in it; `None` where its `order_id` is there
/// already, and nothing changes then. Amounts are in major units of the order's currency.
///
/// [`Error::Reference`](crate::Error::Reference) where a line names an order that is not there.
pub fn store_order(
    conn: &mut PgConnection,
    order: &NewAmazonBusinessOrder<'_>,
    lines: &[NewAmazonBusinessLineItem<'_>],
) -> Result<Option<AmazonBusinessOrder>> {
    conn.transaction(|conn| {
        let Some(stored) = order.insert_if_new(conn)? else {
            return Ok(None);
        };
        if lines.is_empty() {
            return Ok(Some(stored));
        }
        store_business_line_items(conn, lines)?;
        AmazonBusinessOrder::find(conn, stored.id).map(Some)
    })
}

/// Gives each order without a summary the titles of its lines in the order in which they were added, joined by `, `, and
/// answers how many orders got one.
///
/// Takes over `update_amazon_business_product_summaries`.
pub fn fill_summaries(conn: &mut PgConnection) -> Result<usize> {
    Ok(diesel::sql_query(include_str!("amazon_business/fill_summaries.sql")).execute(conn)?)
}

/// Counts orders, the owner's matches, and the owner's transactions that
/// [`unmatched`](super::matching::amazon_business::unmatched) lists, in one statement.
///
/// Takes over `get_amazon_business_statistics`.
pub fn statistics(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<OrderStatistics> {
    Ok(
        diesel::sql_query(include_str!("amazon_business/statistics.sql"))
            .bind::<Nullable<Integer>, _>(owner.into())
            .get_result(conn)?,
    )
}

/// Deletes all orders, everybody's, with their lines, their matches and the sources that they are of, in one transaction. A
/// bank transaction that loses its primary source gets another one where it has any, and one that was `AMZN BIZ` the status that
/// it came with. Connections stay.
///
/// Takes over `clear_amazon_business_data`.
pub fn clear(conn: &mut PgConnection) -> Result<ClearedBusinessData> {
    use amazon_business_line_items as lines;
    use amazon_business_orders as orders;
    use truelayer_amazon_business_matches as matches;

    conn.transaction(|conn| {
        let matched = matches::table
            .select(matches::truelayer_transaction_id)
            .load(conn)?;
        lock_explained_by(conn, EnrichmentSourceType::AmazonBusiness, matched)?;
        let locked: Vec<(AmazonBusinessOrderId, String)> = orders::table
            .select((orders::id, orders::order_id))
            .order(orders::order_id)
            .for_update()
            .load(conn)?;
        let (ids, numbers): (Vec<_>, Vec<_>) = locked.into_iter().unzip();
        let unmatched: Vec<TrueLayerTransactionId> = diesel::delete(matches::table)
            .filter(matches::amazon_business_order_id.eq_any(&ids))
            .returning(matches::truelayer_transaction_id)
            .get_results(conn)?;
        let cleared = ClearedBusinessData {
            matches: unmatched.len(),
            line_items: diesel::delete(lines::table)
                .filter(lines::order_id.eq_any(&numbers))
                .execute(conn)?,
            orders: diesel::delete(orders::table)
                .filter(orders::id.eq_any(&ids))
                .execute(conn)?,
        };
        let source_ids: Vec<i32> = ids.into_iter().map(|id| id.0).collect();
        remove(conn, EnrichmentSourceType::AmazonBusiness, &source_ids)?;
        reset(conn, &unmatched)?;
        Ok(cleared)
    })
}
