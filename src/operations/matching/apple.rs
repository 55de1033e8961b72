//! Payments to Apple and the App Store purchases that they paid.

mod text_date;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl::{exists, not};
use diesel::prelude::*;

use super::PurchaseMatches;
use super::batches::Batches;
use super::lock::{Among, Family, lock};
use super::purchases::{Purchase, Vendor, match_at_once, match_in_batches};
use super::store::{Match, Statements, store_one};
use super::vendor::{looks_like_apple, mentions};
use crate::Result;
use crate::models::Filter;
use crate::models::truelayer::{TrueLayerTransaction, transaction};
use crate::operations::pre_enrichment::APPLE;
use crate::schema::{
    apple_transaction_matches as matches, apple_transactions as purchases, truelayer_transactions,
};
use crate::types::{AppleTransactionId, PreEnrichmentStatus, TrueLayerTransactionId, UserId};

const STATEMENTS: Statements = Statements {
    matches: include_str!("apple/store_matches.sql"),
    sources: include_str!("apple/store_sources.sql"),
};

/// App Store purchases.
pub(super) struct AppStore;

impl Vendor for AppStore {
    const FAMILY: Family = Family::Apple;
    const STATEMENTS: Statements = STATEMENTS;
    const CONFIDENCES: [i32; 4] = [100, 90, 80, 70];
    const STATUS: PreEnrichmentStatus = PreEnrichmentStatus::Matched;

    fn unmatched() -> Filter<truelayer_transactions::table> {
        Box::new(mentions(&APPLE).and(without_purchase()))
    }

    fn free(conn: &mut PgConnection, among: Option<&[i32]>) -> Result<Vec<Purchase>> {
        let mut free = purchases::table
            .filter(purchases::total_amount.gt(BigDecimal::from(0)))
            .filter(not(exists(
                matches::table.filter(matches::apple_transaction_id.eq(purchases::id)),
            )))
            .order(purchases::id)
            .select((
                purchases::id,
                purchases::order_id,
                purchases::order_date,
                purchases::total_amount,
                purchases::currency,
            ))
            .into_boxed();
        if let Some(ids) = among {
            free = free.filter(purchases::id.eq_any(ids));
        }
        Ok(free.load(conn)?)
    }

    fn day(timestamp: DateTime<Utc>, description: &str) -> NaiveDate {
        text_date::find(description).unwrap_or_else(|| timestamp.date_naive())
    }
}

fn without_purchase() -> Filter<truelayer_transactions::table> {
    let matched =
        matches::table.filter(matches::truelayer_transaction_id.eq(truelayer_transactions::id));
    Box::new(not(exists(matched)).nullable())
}

/// Matches a user's payments to Apple (DEBIT, amount above 0, one of APPLE.COM, APPLE COM, APP STORE, APPSTORE, ITUNES,
/// APPLE SERVICES and APPLE BILL at the start of a word) to App Store purchases; without a user everybody's. Apple Pay is a means
/// of payment, no purchase from Apple; free purchases never match.
///
/// As [`match_amazon`](super::amazon::match_amazon), but the day of a payment is the date in its description (the one after
/// ON, else the first; day, month, year) where there is one, the confidence is 100, 90, 80 and 70 for 0 to 3 days, the rows are
/// in `apple_transaction_matches`, and an Amazon order stays the primary source.
pub fn match_apple(conn: &mut PgConnection, user: Option<UserId>) -> Result<PurchaseMatches> {
    match_at_once::<AppStore>(conn, user)
}

pub(super) fn run(
    conn: &mut PgConnection,
    user: Option<UserId>,
    batches: &mut Batches<'_>,
) -> Result<PurchaseMatches> {
    match_in_batches::<AppStore>(conn, user, batches)
}

/// Matches a transaction of the owner to a purchase, in one transaction: the match takes the place of the one that the
/// transaction has, and the purchase becomes its primary source unless an Amazon order is, or a person has verified the
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
    conn.transaction(|conn| {
        lock(conn, Family::Apple, Among::Runs)?;
        store_one(conn, owner.into(), &STATEMENTS, found)
    })
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
        .filter(without_purchase())
        .filter(transaction::owned_by(owner.into()))
        .order((
            truelayer_transactions::timestamp.desc(),
            truelayer_transactions::id.desc(),
        ))
        .load(conn)?)
}
