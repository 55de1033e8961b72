//! Payments to Amazon Business and the orders that they paid.

use bigdecimal::BigDecimal;
use diesel::dsl::{exists, not, sql};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use super::PurchaseMatches;
use super::batches::Batches;
use super::lock::{Among, Family, lock};
use super::purchases::{Purchase, Vendor, match_at_once, match_in_batches};
use super::store::{Match, Statements, store_one};
use super::vendor::{looks_like_amazon_business, mentions, without_amazon_order};
use crate::Result;
use crate::models::Filter;
use crate::models::truelayer::{TrueLayerTransaction, transaction};
use crate::schema::{
    amazon_business_orders as orders, truelayer_amazon_business_matches as matches,
    truelayer_transactions,
};
use crate::types::{AmazonBusinessOrderId, PreEnrichmentStatus, TrueLayerTransactionId, UserId};

const STATEMENTS: Statements = Statements {
    matches: include_str!("amazon_business/store_matches.sql"),
    sources: include_str!("amazon_business/store_sources.sql"),
};

/// Business orders.
pub(super) struct Business;

impl Vendor for Business {
    const FAMILY: Family = Family::Amazon;
    const STATEMENTS: Statements = STATEMENTS;
    const CONFIDENCES: [i32; 4] = [100, 90, 80, 70];
    const STATUS: PreEnrichmentStatus = PreEnrichmentStatus::AmazonBusiness;

    fn unmatched() -> Filter<truelayer_transactions::table> {
        let not_from_market_place =
            sql::<Bool>("upper(truelayer_transactions.description) NOT LIKE '%AMZN MKTP%'");
        Box::new(
            mentions(&["AMAZON"])
                .and(not_from_market_place)
                .and(without_amazon_order()),
        )
    }

    fn free(conn: &mut PgConnection, among: Option<&[i32]>) -> Result<Vec<Purchase>> {
        let mut free = orders::table
            .filter(orders::net_total.gt(BigDecimal::from(0)))
            .filter(sql::<Bool>(
                "lower(btrim(coalesce(amazon_business_orders.order_status, ''))) NOT IN ('cancelled', 'canceled')",
            ))
            .filter(not(exists(
                matches::table.filter(matches::amazon_business_order_id.eq(orders::id)),
            )))
            .order(orders::id)
            .select((
                orders::id,
                orders::order_id,
                orders::order_date,
                orders::net_total.assume_not_null(),
                sql::<Text>("coalesce(amazon_business_orders.currency, 'GBP')"),
            ))
            .into_boxed();
        if let Some(ids) = among {
            free = free.filter(orders::id.eq_any(ids));
        }
        Ok(free.load(conn)?)
    }
}

/// Matches a user's payments to Amazon (DEBIT, amount above 0, AMAZON at the start of a word, no AMZN MKTP in the
/// description, matched to no order) to Business orders by their net total; without a user everybody's. An order without a
/// currency is in GBP; one without a net total never matches.
///
/// As [`match_amazon`](super::amazon::match_amazon), with a confidence of 100, 90, 80 and 70 for 0 to 3 days, rows in
/// `truelayer_amazon_business_matches` and the status `AMZN BIZ`. Run it after that one, which has the first choice.
pub fn match_amazon_business(
    conn: &mut PgConnection,
    user: Option<UserId>,
) -> Result<PurchaseMatches> {
    match_at_once::<Business>(conn, user)
}

pub(super) fn run(
    conn: &mut PgConnection,
    user: Option<UserId>,
    batches: &mut Batches<'_>,
) -> Result<PurchaseMatches> {
    match_in_batches::<Business>(conn, user, batches)
}

/// Matches a transaction of the owner to a Business order, in one transaction: the match takes the place of the one that the
/// transaction has, and the order becomes its primary source, unless a person has verified the source that is. Matching
/// again renews both. An order without a summary is no source; the sources of orders matched earlier stay.
/// `pre_enrichment_status` stays.
///
/// [`Error::NotFound`](crate::Error::NotFound) where the owner has no such transaction or there is no such order,
/// [`Error::InvalidInput`](crate::Error::InvalidInput) for `confidence` where it is not within 0 to 100.
///
/// Takes over `match_truelayer_amazon_business_transaction`.
pub fn match_order(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    transaction: TrueLayerTransactionId,
    order: AmazonBusinessOrderId,
    confidence: i32,
) -> Result<()> {
    let found = Match {
        transaction,
        purchase: order.0,
        confidence: confidence.into(),
    };
    conn.transaction(|conn| {
        lock(conn, Family::Amazon, Among::Runs)?;
        store_one(conn, owner.into(), &STATEMENTS, found)
    })
}

/// The transactions of the owner, payments and refunds, whose merchant or description has AMAZON in it (AMZN does not do), whose
/// description has no AMZN MKTP, and that are matched to neither a Business order nor a retail order. Newest first, those of
/// one instant by id, the greatest first.
///
/// Takes over `get_unmatched_truelayer_amazon_business_transactions`.
pub fn unmatched(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<Vec<TrueLayerTransaction>> {
    Ok(TrueLayerTransaction::query()
        .filter(looks_like_amazon_business())
        .filter(without_amazon_order())
        .filter(transaction::owned_by(owner.into()))
        .order((
            truelayer_transactions::timestamp.desc(),
            truelayer_transactions::id.desc(),
        ))
        .load(conn)?)
}
