//! The one algorithm behind the matchers of purchases: payments to a vendor, and what they paid.

use std::collections::HashSet;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use serde::Serialize;

use super::assignment::{Rules, Side, assign};
use super::batches::Batches;
use super::lock::{Among, Family, lock};
use super::store::{Match, Statements, store};
use crate::Result;
use crate::models::Filter;
use crate::models::truelayer::transaction;
use crate::schema::truelayer_transactions;
use crate::types::{PreEnrichmentStatus, TransactionType, TrueLayerTransactionId, UserId};

/// The window: days between payment and purchase, by how far they are apart.
const RINGS: [&[i64]; 4] = [&[0], &[-1, 1], &[-2, 2], &[-3, 3]];

/// What a run of a matcher found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PurchaseMatches {
    /// The payments matched by this run, oldest first.
    pub matched: Vec<PurchaseMatch>,
    /// The payments to the vendor that still have no match, oldest first, by the bank's normalised id.
    pub unmatched: Vec<String>,
}

/// A payment and what it paid.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PurchaseMatch {
    /// The bank's normalised id of the transaction.
    pub transaction: String,
    /// The vendor's order number.
    pub order_id: String,
    /// 0 to 100: the more, the fewer days between them.
    pub confidence: i32,
}

/// An order or purchase that nobody has paid yet.
#[derive(Debug, Queryable)]
pub(super) struct Purchase {
    /// The id in its table.
    pub(super) id: i32,
    pub(super) order_id: String,
    pub(super) day: NaiveDate,
    /// In `currency`.
    pub(super) amount: BigDecimal,
    pub(super) currency: String,
}

/// What makes the matchers differ.
pub(super) trait Vendor {
    /// The matchers that may take the same.
    const FAMILY: Family;
    /// What stores matches and sources.
    const STATEMENTS: Statements;
    /// The confidence for 0, 1, 2 and 3 days between payment and purchase; it falls with them.
    const CONFIDENCES: [i32; 4];
    /// The status of a matched payment.
    const STATUS: PreEnrichmentStatus;

    /// The transactions that mention the vendor and have no match.
    fn unmatched() -> Filter<truelayer_transactions::table>;

    /// What can be paid and is not, by id; of these ids only where there are any.
    fn free(conn: &mut PgConnection, among: Option<&[i32]>) -> Result<Vec<Purchase>>;

    /// The day of a payment.
    fn day(timestamp: DateTime<Utc>, _description: &str) -> NaiveDate {
        timestamp.date_naive()
    }
}

struct Payment {
    id: TrueLayerTransactionId,
    transaction: String,
    paid: Option<Paid>,
}

struct Paid {
    purchase: i32,
    order_id: String,
    confidence: i32,
}

/// Runs a matcher in one transaction.
pub(super) fn match_at_once<V: Vendor>(
    conn: &mut PgConnection,
    user: Option<UserId>,
) -> Result<PurchaseMatches> {
    conn.transaction(|conn| {
        let mut tell = |_: &mut PgConnection, _| Ok(());
        match_in_batches::<V>(conn, user, &mut Batches::new(usize::MAX, &mut tell))
    })
}

/// Runs a matcher; what is stored is found again as it is, so a run that was broken off is continued by the next one with the
/// same outcome. A payment or a purchase that another session takes between reading and storing is left out of the answer.
pub(super) fn match_in_batches<V: Vendor>(
    conn: &mut PgConnection,
    user: Option<UserId>,
    batches: &mut Batches<'_>,
) -> Result<PurchaseMatches> {
    let payments = conn.transaction(|conn| {
        lock(conn, V::FAMILY, Among::All)?;
        find::<V>(conn, user)
    })?;
    let mut stored = HashSet::new();
    batches.store(conn, &payments, |conn, batch| {
        let matched = write::<V>(conn, batch)?;
        stored.extend(matched.iter().copied());
        Ok(matched.len())
    })?;
    let mut matches = PurchaseMatches::default();
    for payment in payments {
        match payment.paid {
            None => matches.unmatched.push(payment.transaction),
            Some(paid) if stored.contains(&payment.id) => matches.matched.push(PurchaseMatch {
                transaction: payment.transaction,
                order_id: paid.order_id,
                confidence: paid.confidence,
            }),
            Some(_) => {}
        }
    }
    Ok(matches)
}

type Row = (
    TrueLayerTransactionId,
    String,
    DateTime<Utc>,
    String,
    BigDecimal,
    String,
);

/// The open payments, oldest first, with what they paid: two statements, whatever their number.
fn find<V: Vendor>(conn: &mut PgConnection, user: Option<UserId>) -> Result<Vec<Payment>> {
    use truelayer_transactions as t;
    let rows: Vec<Row> = t::table
        .filter(t::transaction_type.eq(TransactionType::Debit))
        .filter(V::unmatched())
        .filter(transaction::owned_by(user))
        .select((
            t::id,
            t::normalised_provider_transaction_id,
            t::timestamp,
            t::description,
            t::amount,
            t::currency,
        ))
        .load(conn)?;
    let purchases = V::free(conn, None)?;

    let mut open: Vec<_> = rows
        .into_iter()
        .map(|(id, transaction, timestamp, description, amount, kind)| {
            let day = V::day(timestamp, &description);
            (id, transaction, Side { kind, day, amount })
        })
        .collect();
    open.sort_unstable_by_key(|(id, _, side)| (side.day, *id));
    let (payments, sides): (Vec<_>, Vec<_>) = open
        .into_iter()
        .map(|(id, transaction, side)| ((id, transaction), side))
        .unzip();
    let (ids, offered): (Vec<_>, Vec<_>) = purchases.into_iter().map(Purchase::split).unzip();
    let rules = Rules {
        tolerance: BigDecimal::new(1.into(), 2),
        rings: &RINGS,
    };
    let taken = assign(&sides, &offered, &rules);
    Ok(payments
        .into_iter()
        .zip(taken)
        .map(|((id, transaction), taken)| Payment {
            id,
            transaction,
            paid: taken.map(|taken| {
                let (purchase, order_id) = &ids[taken.purchase];
                Paid {
                    purchase: *purchase,
                    order_id: order_id.clone(),
                    confidence: V::CONFIDENCES[taken.ring],
                }
            }),
        })
        .collect())
}

impl Purchase {
    fn split(self) -> ((i32, String), Side<String>) {
        let side = Side {
            kind: self.currency,
            day: self.day,
            amount: self.amount,
        };
        ((self.id, self.order_id), side)
    }
}

/// Stores matches, sources and statuses of what is still open on both sides; answers the payments.
fn write<V: Vendor>(
    conn: &mut PgConnection,
    payments: &[Payment],
) -> Result<Vec<TrueLayerTransactionId>> {
    use truelayer_transactions as t;
    let mut found: Vec<Match> = payments.iter().filter_map(Payment::to_match).collect();
    if found.is_empty() {
        return Ok(Vec::new());
    }
    lock(conn, V::FAMILY, Among::All)?;
    let ids: Vec<_> = found.iter().map(|found| found.transaction).collect();
    let purchases: Vec<_> = found.iter().map(|found| found.purchase).collect();
    transaction::lock(conn, None, &ids)?;
    let open: HashSet<TrueLayerTransactionId> = t::table
        .filter(t::id.eq_any(&ids))
        .filter(V::unmatched())
        .select(t::id)
        .load(conn)?
        .into_iter()
        .collect();
    let free: HashSet<i32> = V::free(conn, Some(&purchases))?
        .into_iter()
        .map(|purchase| purchase.id)
        .collect();
    found.retain(|found| open.contains(&found.transaction) && free.contains(&found.purchase));
    let stored = store(conn, &V::STATEMENTS, &found)?;
    diesel::update(t::table)
        .filter(t::id.eq_any(&stored))
        .set(t::pre_enrichment_status.eq(V::STATUS))
        .execute(conn)?;
    Ok(stored)
}

impl Payment {
    fn to_match(&self) -> Option<Match> {
        self.paid.as_ref().map(|paid| Match {
            transaction: self.id,
            purchase: paid.purchase,
            confidence: paid.confidence.into(),
        })
    }
}
