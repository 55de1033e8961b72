//! Amazon payments and the orders that they paid.

mod payments;

pub use payments::{match_order, unmatched};

use bigdecimal::BigDecimal;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::Bool;

use super::batches::Batches;
use super::lock::Family;
use super::purchases::{Purchase, Vendor, match_at_once, match_in_batches};
use super::store::Statements;
use super::vendor::{mentions, without_amazon_order};
use super::{AMAZON, PurchaseMatches};
use crate::Result;
use crate::models::Filter;
use crate::schema::{
    amazon_orders, truelayer_amazon_transaction_matches as matches, truelayer_transactions,
};
use crate::types::{PreEnrichmentStatus, UserId};

const STATEMENTS: Statements = Statements {
    matches: include_str!("amazon/store_matches.sql"),
    sources: include_str!("amazon/store_sources.sql"),
};

/// Retail orders.
pub(super) struct Retail;

impl Vendor for Retail {
    const FAMILY: Family = Family::Amazon;
    const STATEMENTS: Statements = STATEMENTS;
    const CONFIDENCES: [i32; 4] = [100, 95, 85, 75];
    const STATUS: PreEnrichmentStatus = PreEnrichmentStatus::Matched;

    fn unmatched() -> Filter<truelayer_transactions::table> {
        Box::new(mentions(&AMAZON).and(without_amazon_order()))
    }

    fn free(conn: &mut PgConnection, among: Option<&[i32]>) -> Result<Vec<Purchase>> {
        let mut free = amazon_orders::table
            .filter(amazon_orders::total_owed.gt(BigDecimal::from(0)))
            .filter(sql::<Bool>(
                "lower(btrim(coalesce(amazon_orders.order_status, ''))) NOT IN ('cancelled', 'canceled')",
            ))
            .filter(not(exists(
                matches::table.filter(matches::amazon_order_id.eq(amazon_orders::id)),
            )))
            .order(amazon_orders::id)
            .select((
                amazon_orders::id,
                amazon_orders::order_id,
                amazon_orders::order_date,
                amazon_orders::total_owed,
                amazon_orders::currency,
            ))
            .into_boxed();
        if let Some(ids) = among {
            free = free.filter(amazon_orders::id.eq_any(ids));
        }
        Ok(free.load(conn)?)
    }
}

/// Matches a user's Amazon payments (DEBIT, amount above 0, AMAZON or AMZN at the start of a word) to orders; without a
/// user everybody's. Orders have no owner: an order that has paid anybody's transaction is taken.
///
/// A pair has one currency, at most 3 days between the days in UTC (confidence 100, 95, 85 and 75 for 0 to 3 days), and at
/// most 0.01 between the amounts; cancelled orders never match. Of all pairs the best is taken first (confidence, days
/// between, date of the payment, ids), and each payment and each order once. In one transaction every match gets its row in
/// `truelayer_amazon_transaction_matches`, its order as the primary source of the transaction (a source that a person verified
/// stays primary), and the status `Matched`.
///
/// What is matched stays as it is: a second run finds nothing new. Runs at the same time go one after the other.
pub fn match_amazon(conn: &mut PgConnection, user: Option<UserId>) -> Result<PurchaseMatches> {
    match_at_once::<Retail>(conn, user)
}

pub(super) fn run(
    conn: &mut PgConnection,
    user: Option<UserId>,
    batches: &mut Batches<'_>,
) -> Result<PurchaseMatches> {
    match_in_batches::<Retail>(conn, user, batches)
}
