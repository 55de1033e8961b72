//! Amazon payments and the orders that they paid.

mod payments;

pub use payments::{match_order, unmatched};

use std::collections::HashSet;

use chrono::NaiveDate;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Date, Integer, Nullable, Text};
use serde::Serialize;

use super::assignment::assign;
use super::store::{Match, Statements, store};
use crate::Result;
use crate::models::truelayer::transaction;
use crate::schema::{truelayer_amazon_transaction_matches as matches, truelayer_transactions};
use crate::types::{AmazonOrderId, PreEnrichmentStatus, TrueLayerTransactionId, UserId};

const STATEMENTS: Statements = Statements {
    matches: include_str!("amazon/store_matches.sql"),
    sources: include_str!("amazon/store_sources.sql"),
};

/// What a run of the matcher found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AmazonMatches {
    /// The payments matched by this run, oldest first.
    pub matched: Vec<AmazonMatch>,
    /// The payments to Amazon that still have no order, oldest first, by the bank's normalised id.
    pub unmatched: Vec<String>,
}

/// A payment and the order that it paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AmazonMatch {
    /// The bank's normalised id of the transaction.
    pub transaction: String,
    /// Amazon's order number.
    pub order_id: String,
    /// 100 where both are of one day (UTC); 95, 85 and 75 for 1, 2 and 3 days between them.
    pub confidence: i32,
}

#[derive(QueryableByName)]
struct Candidate {
    #[diesel(sql_type = Integer)]
    id: TrueLayerTransactionId,
    #[diesel(sql_type = Text)]
    transaction: String,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Nullable<Integer>)]
    order_row: Option<AmazonOrderId>,
    #[diesel(sql_type = Nullable<Text>)]
    order_id: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    confidence: Option<i32>,
}

struct Pair {
    id: TrueLayerTransactionId,
    day: NaiveDate,
    order_row: AmazonOrderId,
    found: AmazonMatch,
}

/// Matches a user's Amazon payments (DEBIT, amount above 0, AMAZON or AMZN at the start of a word) to orders; without a
/// user everybody's. Orders have no owner: an order that has paid anybody's transaction is taken.
///
/// A pair has one currency, at most 3 days between the days in UTC, and at most 0.01 between the amounts; cancelled orders
/// never match. Of all pairs the best is taken first (confidence, days between, date of the payment, ids), and each payment
/// and each order once. In one transaction every match gets its row in `truelayer_amazon_transaction_matches`, its order as
/// the primary source of the transaction (a source that a person verified stays primary), and the status `Matched`.
///
/// What is matched stays as it is: a second run finds nothing new. Runs at the same time go one after the other.
pub fn match_amazon(conn: &mut PgConnection, user: Option<UserId>) -> Result<AmazonMatches> {
    conn.transaction(|conn| {
        lock(conn, Among::All)?;
        let candidates = candidates(conn, user)?;
        let mut open: Vec<(NaiveDate, TrueLayerTransactionId, String)> = candidates
            .iter()
            .map(|candidate| (candidate.day, candidate.id, candidate.transaction.clone()))
            .collect();
        open.sort_unstable();
        open.dedup();
        let pairs = candidates.into_iter().filter_map(Candidate::into_pair);
        let assigned = assign(pairs, |pair| (pair.id, pair.order_row));
        let taken: HashSet<TrueLayerTransactionId> = assigned.iter().map(|pair| pair.id).collect();
        let mut matched = write(conn, assigned)?;
        matched.sort_unstable_by_key(|pair| (pair.day, pair.id));
        Ok(AmazonMatches {
            matched: matched.into_iter().map(|pair| pair.found).collect(),
            unmatched: open
                .into_iter()
                .filter(|(_, id, _)| !taken.contains(id))
                .map(|(_, _, transaction)| transaction)
                .collect(),
        })
    })
}

impl Candidate {
    fn into_pair(self) -> Option<Pair> {
        Some(Pair {
            id: self.id,
            day: self.day,
            order_row: self.order_row?,
            found: AmazonMatch {
                transaction: self.transaction,
                order_id: self.order_id?,
                confidence: self.confidence?,
            },
        })
    }
}

/// The open payments with the orders that they may have paid, best pair first.
///
/// The planner cannot know how many rows the keys of the join make. Guessing low, it would take the one join whose cost is
/// their product: 20,000 payments of one amount took 5 to 12 seconds without it, and were not done after 300 with it.
fn candidates(conn: &mut PgConnection, user: Option<UserId>) -> Result<Vec<Candidate>> {
    conn.batch_execute("SET LOCAL enable_nestloop = off")?;
    let candidates = diesel::sql_query(include_str!("amazon/candidates.sql"))
        .bind::<Nullable<Integer>, _>(user)
        .load(conn)?;
    conn.batch_execute("SET LOCAL enable_nestloop TO DEFAULT")?;
    Ok(candidates)
}

/// Whom a matcher keeps out.
#[derive(Clone, Copy)]
enum Among {
    /// Every other matcher: orders have no owner, so two users' runs would take the same.
    All,
    /// A run over all payments only.
    Runs,
}

/// Waits for the matchers that this one must not meet, and keeps them out until the transaction ends.
fn lock(conn: &mut PgConnection, among: Among) -> Result<()> {
    conn.batch_execute(match among {
        Among::All => "SET LOCAL lock_timeout = 0; SELECT pg_advisory_xact_lock(hashtext('spending-db: match amazon'))",
        Among::Runs => "SELECT pg_advisory_xact_lock_shared(hashtext('spending-db: match amazon'))",
    })?;
    Ok(())
}

/// Writes matches, sources and statuses; answers the pairs whose transaction nobody has matched meanwhile.
fn write(conn: &mut PgConnection, mut pairs: Vec<Pair>) -> Result<Vec<Pair>> {
    let ids: Vec<_> = pairs.iter().map(|pair| pair.id).collect();
    transaction::lock(conn, None, &ids)?;
    let matched: HashSet<TrueLayerTransactionId> = matches::table
        .filter(matches::truelayer_transaction_id.eq_any(&ids))
        .select(matches::truelayer_transaction_id)
        .load(conn)?
        .into_iter()
        .collect();
    pairs.retain(|pair| !matched.contains(&pair.id));
    let found: Vec<_> = pairs.iter().map(Pair::to_match).collect();
    let stored = store(conn, &STATEMENTS, &found)?;
    diesel::update(truelayer_transactions::table)
        .filter(truelayer_transactions::id.eq_any(&stored))
        .set(truelayer_transactions::pre_enrichment_status.eq(PreEnrichmentStatus::Matched))
        .execute(conn)?;
    let stored: HashSet<_> = stored.into_iter().collect();
    pairs.retain(|pair| stored.contains(&pair.id));
    Ok(pairs)
}

impl Pair {
    fn to_match(&self) -> Match {
        Match {
            transaction: self.id,
            purchase: self.order_row.0,
            confidence: self.found.confidence.into(),
        }
    }
}
