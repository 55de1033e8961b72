//! Receipts from mailboxes and the payments that they belong to.

mod conversion;
mod merchant;
mod payments;
mod receipts;
mod score;
mod write;

use diesel::prelude::*;
use serde::Serialize;

use self::merchant::Aliases;
use self::payments::{Charge, Payment, Payments};
use self::receipts::Receipt;
use self::score::{Score, score};
use crate::Result;
use crate::models::system::MatchingJobCounts;
use crate::types::{GmailReceiptId, TrueLayerTransactionId, UserId};

/// From this confidence on a match is made.
const AUTO_MATCH: i32 = 70;
/// From this confidence on, below [`AUTO_MATCH`], a match is proposed.
const SUGGESTION: i32 = 60;

/// So many receipts are read at once, with the payments around them.
const STRETCH: usize = 2_000;
/// So many receipts are matched in one transaction.
const BATCH: usize = 100;

/// The most candidates that [`matches_for_receipt`] gives.
const BEST: usize = 10;

/// What a run of the matcher found. Receipts that somebody matched or changed while it ran are in none of the lists.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct GmailMatches {
    /// The receipts matched by this run: by user, day and id.
    pub matched: Vec<GmailMatch>,
    /// Pairs that are too unsure to be stored (60 to 69). No rule gives such a confidence today.
    pub suggested: Vec<GmailMatch>,
    /// The parsed receipts that have no payment yet, those without an amount too.
    pub unmatched: Vec<GmailReceiptId>,
}

impl GmailMatches {
    /// How many receipts the run looked at.
    pub fn total_processed(&self) -> usize {
        self.matched.len() + self.suggested.len() + self.unmatched.len()
    }

    /// How many enrichment sources it added: one a match.
    pub fn total_sources_added(&self) -> usize {
        self.matched.len()
    }
}

/// A receipt and a payment that it may belong to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GmailMatch {
    /// The bank's normalised id of the transaction.
    pub transaction: String,
    /// The transaction's id.
    #[serde(skip)]
    pub transaction_id: TrueLayerTransactionId,
    /// The receipt.
    pub receipt_id: GmailReceiptId,
    /// The shop's order number.
    pub order_id: Option<String>,
    /// 0 to 100.
    pub confidence: i32,
    /// The rule that fitted.
    pub match_method: String,
    /// How many payments the receipt might belong to, this one included.
    #[serde(skip)]
    pub total_matches: usize,
}

/// Hears after every 100 receipts, outside of any transaction of the run, how far it is, and may end it by an error.
pub type Watch<'a> = dyn FnMut(&mut PgConnection, MatchingJobCounts) -> Result<()> + 'a;

/// Matches a user's receipts (parsed, not deleted, without a match) to payments of the same user; without a user everybody's.
///
/// A payment is a DEBIT over more than 0, at most 10 days from the receipt (`receipt_date`, else `received_at`, both in UTC),
/// in the receipt's currency, or with that currency's amount in its text (`,12.30 EUR, RATE 1.17/GBP`). A receipt that names no
/// currency is in pounds.
///
/// | amounts | days | shops fit | confidence | method |
/// | --- | --- | --- | --- | --- |
/// | exact | 2 | yes | 100 | `exact_amount_date_merchant` |
/// | exact | 4 | yes | 95 | `exact_amount_close_date_merchant` |
/// | exact | 4 | | 85 | `exact_amount_close_date` |
/// | exact | 10 | yes | 90 | `exact_amount_wide_date_merchant` |
/// | exact | 10 | | 75 | `exact_amount_wide_date` |
/// | within 2 % | 10 | yes | 80 | `fuzzy_amount_wide_date_merchant` |
///
/// The first line that fits counts. Exact is less than 0.01 apart; where the shops fit, less than 0.50 for receipts under 5.00.
/// The shops fit where the one's name is part of the other's from the start of a word, or an alias in use is part of the bank's
/// text; Apple Pay and the like are no shops. A receipt 1 to 4 days before the payment gets 5 more, at most 100, and
/// `_early_receipt` after the method. Of several payments the best is taken: by the confidence before that limit, then by
/// fewer days, then where the shops fit, then the lower id. Several receipts may belong to one payment.
///
/// Every match gets its row in `gmail_transaction_matches`, its receipt as a source of the payment and the status `Gmail`, as
/// [`save`](crate::operations::gmail::matches::save) says. A hundred receipts are one transaction: where a later one fails,
/// the earlier ones stay matched. What is matched stays as it is: a second run finds nothing new. Runs at the same time match
/// each receipt once.
pub fn match_gmail(conn: &mut PgConnection, user: Option<UserId>) -> Result<GmailMatches> {
    match_gmail_watched(conn, user, &mut |_, _| Ok(()))
}

/// [`match_gmail`] that tells how far it is.
pub fn match_gmail_watched(
    conn: &mut PgConnection,
    user: Option<UserId>,
    watch: &mut Watch<'_>,
) -> Result<GmailMatches> {
    let aliases = Aliases::read(conn)?;
    let open = receipts::list_open(conn, user)?;
    let mut answer = GmailMatches::default();
    let mut processed = 0;
    for stretch in open.chunks(STRETCH) {
        let receipts = receipts::read(conn, stretch, &aliases)?;
        let payments = Payments::read(conn, &receipts)?;
        for batch in receipts.chunks(BATCH) {
            answer.match_batch(conn, &payments, batch)?;
            processed += batch.len();
            watch(conn, counts(open.len(), processed, answer.matched.len()))?;
        }
    }
    Ok(answer)
}

fn counts(total: usize, processed: usize, matched: usize) -> MatchingJobCounts {
    let number = |count: usize| i32::try_from(count).ok();
    MatchingJobCounts {
        total_items: number(total),
        processed_items: number(processed),
        matched_items: number(matched),
        failed_items: None,
    }
}

impl GmailMatches {
    fn match_batch(
        &mut self,
        conn: &mut PgConnection,
        payments: &Payments,
        batch: &[Receipt],
    ) -> Result<()> {
        let mut chosen = Vec::new();
        for receipt in batch {
            let candidates = candidates(payments, receipt);
            let best = candidates.first();
            match best.filter(|best| best.score.confidence() >= SUGGESTION) {
                Some(best) if best.score.confidence() >= AUTO_MATCH => chosen.push(*best),
                Some(best) => self.suggested.push(best.answer()),
                None => self.unmatched.push(receipt.id),
            }
        }
        self.matched.extend(write::write(conn, &chosen)?);
        Ok(())
    }
}

/// A payment that a receipt may belong to.
#[derive(Clone, Copy)]
struct Candidate<'a> {
    receipt: &'a Receipt,
    payment: &'a Payment,
    charge: &'a Charge,
    score: Score,
    total: usize,
}

impl Candidate<'_> {
    fn answer(&self) -> GmailMatch {
        GmailMatch {
            transaction: self.payment.reference.clone(),
            transaction_id: self.payment.id,
            receipt_id: self.receipt.id,
            order_id: self.receipt.order_id.clone(),
            confidence: self.score.confidence(),
            match_method: self.score.method(),
            total_matches: self.total,
        }
    }
}

/// The payments that a receipt may belong to, best first.
fn candidates<'a>(payments: &'a Payments, receipt: &'a Receipt) -> Vec<Candidate<'a>> {
    let scored = payments
        .near(receipt)
        .filter_map(|(days, charge, payment)| {
            let merchant = receipt.merchant.as_ref();
            let fits = merchant.is_some_and(|merchant| merchant.fits(payment.text()));
            let score = score(receipt.total.as_ref()?, &charge.amount, days, fits)?;
            Some(Candidate {
                receipt,
                payment,
                charge,
                score,
                total: 0,
            })
        });
    let mut candidates: Vec<_> = scored.collect();
    candidates.sort_unstable_by(|a, b| (b.score, a.payment.id).cmp(&(a.score, b.payment.id)));
    let total = candidates.len();
    for candidate in &mut candidates {
        candidate.total = total;
    }
    candidates
}

/// The at most ten best payments that a receipt of the owner may belong to, whether it is matched or not, best first, by the
/// rules of [`match_gmail`]. Nothing is stored.
///
/// [`Error::NotFound`](crate::Error::NotFound) where the owner has no such receipt, it counts as deleted or is not parsed.
pub fn matches_for_receipt(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    receipt: GmailReceiptId,
) -> Result<Vec<GmailMatch>> {
    let aliases = Aliases::read(conn)?;
    let receipt = receipts::find(conn, owner.into(), receipt, &aliases)?;
    let receipts = [receipt];
    let payments = Payments::read(conn, &receipts)?;
    let candidates = candidates(&payments, &receipts[0]);
    Ok(candidates
        .iter()
        .take(BEST)
        .map(Candidate::answer)
        .collect())
}
