//! Payments to Apple and the App Store purchases that they paid.

use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::store::{Match, Statements, store_one};
use super::vendor::looks_like_apple;
use crate::Result;
use crate::models::truelayer::{TrueLayerTransaction, transaction};
use crate::schema::{apple_transaction_matches as matches, truelayer_transactions};
use crate::types::{AppleTransactionId, TrueLayerTransactionId, UserId};

const STATEMENTS: Statements = Statements {
    matches: include_str!("apple/store_matches.sql"),
    sources: include_str!("apple/store_sources.sql"),
};

/// Matches a transaction of the owner to a purchase, in one transaction: the match takes the place of the one that the
/// transaction has, and the purchase becomes its primary source unless a retail order is, or a person has verified the
/// source that is. Matching again renews both. A purchase without names is no source; the sources of purchases matched
/// earlier stay. `pre_enrichment_status` stays.
///
/// [`Error::NotFound`](crate::Error::NotFound) where the owner has no such transaction or there is no such purchase,
/// [`Error::InvalidInput`](crate::Error::InvalidInput) for `confidence` where it is not within 0 to 100.
///
/// Takes over `match_truelayer_apple_transaction`.
pub fn match_purchase(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    transaction: TrueLayerTransactionId,
    purchase: AppleTransactionId,
    confidence: i32,
) -> Result<()> {
    let found = Match {
        transaction,
        purchase: purchase.0,
        confidence: confidence.into(),
    };
    conn.transaction(|conn| store_one(conn, owner.into(), &STATEMENTS, found))
}

/// The transactions of the owner, payments and refunds, whose merchant or description has APPLE in it (PINEAPPLE too), and
/// that are not matched to a purchase. Newest first, those of one instant by id, the greatest first.
///
/// Takes over `get_unmatched_truelayer_apple_transactions`.
pub fn unmatched(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
) -> Result<Vec<TrueLayerTransaction>> {
    Ok(TrueLayerTransaction::query()
        .filter(looks_like_apple())
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
