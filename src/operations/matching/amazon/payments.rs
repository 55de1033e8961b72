//! Single payments to Amazon.

use bigdecimal::BigDecimal;
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::STATEMENTS;
use crate::Result;
use crate::models::truelayer::{TrueLayerTransaction, transaction};
use crate::operations::matching::lock::{Among, Family, lock};
use crate::operations::matching::store::{Match, store_one};
use crate::operations::matching::vendor::looks_like_amazon;
use crate::schema::{truelayer_amazon_transaction_matches as matches, truelayer_transactions};
use crate::types::{AmazonOrderId, TrueLayerTransactionId, UserId};

/// Matches a transaction of the owner to a retail order, in one transaction: the match takes the place of the one that the
/// transaction has, and the order becomes its primary source, unless a person has verified the source that is. Matching
/// again renews both. The confidence is kept with two decimals in the match and whole in the source. An order without
/// product names is no source; the sources of orders matched earlier stay. `pre_enrichment_status` stays. Several
/// transactions may be matched to one order.
///
/// [`Error::NotFound`](crate::Error::NotFound) where the owner has no such transaction or there is no such order,
/// [`Error::InvalidInput`](crate::Error::InvalidInput) for `confidence` where it is not within 0 to 100.
///
/// Takes over `match_truelayer_amazon_transaction`.
pub fn match_order(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    transaction: TrueLayerTransactionId,
    order: AmazonOrderId,
    confidence: BigDecimal,
) -> Result<()> {
    let found = Match {
        transaction,
        purchase: order.0,
        confidence,
    };
    conn.transaction(|conn| {
        lock(conn, Family::Amazon, Among::Runs)?;
        store_one(conn, owner.into(), &STATEMENTS, found)
    })
}

/// The transactions of the owner, payments and refunds, whose merchant or description has AMAZON or AMZN in it, and that are not
/// matched to a retail order. Newest first, those of one instant by id, the greatest first.
///
/// Takes over `get_unmatched_truelayer_amazon_transactions`.
pub fn unmatched(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<Vec<TrueLayerTransaction>> {
    Ok(TrueLayerTransaction::query()
        .filter(looks_like_amazon())
        .filter(not(exists(matches::table.filter(
            matches::truelayer_transaction_id.eq(truelayer_transactions::id),
        ))))
        .filter(transaction::owned_by(owner.into()))
        .order((
            truelayer_transactions::timestamp.desc(),
            truelayer_transactions::id.desc(),
        ))
        .load(conn)?)
}
