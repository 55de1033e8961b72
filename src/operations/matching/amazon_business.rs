//! Payments to Amazon Business and the orders that they paid.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::store::{Match, Statements, store_one};
use super::vendor::looks_like_amazon_business;
use crate::Result;
use crate::models::truelayer::{TrueLayerTransaction, transaction};
use crate::schema::{
    truelayer_amazon_business_matches as business_matches,
    truelayer_amazon_transaction_matches as retail_matches, truelayer_transactions,
};
use crate::types::{AmazonBusinessOrderId, TrueLayerTransactionId, UserId};

const STATEMENTS: Statements = Statements {
    matches: include_str!("amazon_business/store_matches.sql"),
    sources: include_str!("amazon_business/store_sources.sql"),
};

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
    conn.transaction(|conn| store_one(conn, owner.into(), &STATEMENTS, found))
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
        .filter(not(exists(business_matches::table.filter(
            business_matches::truelayer_transaction_id.eq(truelayer_transactions::id),
        ))))
        .filter(not(exists(retail_matches::table.filter(
            retail_matches::truelayer_transaction_id.eq(truelayer_transactions::id),
        ))))
        .filter(transaction::owned_by(owner.into()))
        .order((
            truelayer_transactions::timestamp.desc(),
            truelayer_transactions::id.desc(),
        ))
        .load(conn)?)
}
