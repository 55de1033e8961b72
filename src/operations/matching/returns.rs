//! Amazon returns: the payment that was returned, and the credit that refunded it.

mod store;

use std::collections::HashSet;

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Date, Integer, Nullable, Numeric, Text};
use serde::Serialize;

use self::store::write;
use super::AMAZON;
use super::assignment::{Rules, Side, assign};
use super::batches::Batches;
use super::lock::{Among, Family, lock};
use super::vendor::word_start_pattern;
use crate::Result;
use crate::types::{AmazonReturnId, TrueLayerTransactionId, UserId};

/// The window: days from the credit to the refund's day, by how far they are apart. A credit comes at most 7 days before and 3
/// days after the day of its refund.
const RINGS: [&[i64]; 8] = [&[0], &[-1, 1], &[-2, 2], &[-3, 3], &[4], &[5], &[6], &[7]];

/// What a run of the matcher found.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ReturnMatches {
    /// The returns matched by this run, earliest refund first.
    pub matched: Vec<ReturnMatch>,
    /// The returns that still lack something, earliest refund first.
    pub unmatched: Vec<UnmatchedReturn>,
}

/// A return, the payment that was returned, and the credit that refunded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReturnMatch {
    /// Amazon's id of the refund.
    #[serde(rename = "return")]
    pub reversal_id: String,
    /// Amazon's order number.
    pub order_id: String,
    /// The bank's normalised id of the payment.
    pub original_transaction: String,
    /// The bank's normalised id of the credit.
    pub refund_transaction: String,
}

/// A return without a match.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct UnmatchedReturn {
    /// Amazon's id of the refund.
    #[serde(rename = "return")]
    pub reversal_id: String,
    /// What it lacks.
    pub reason: UnmatchedReason,
}

/// What a return lacks: the first of these that is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum UnmatchedReason {
    /// No order has its order number.
    #[serde(rename = "Order not found")]
    Order,
    /// No payment is matched to the order.
    #[serde(rename = "Original transaction not found")]
    OriginalTransaction,
    /// No credit of that amount is near the day of the refund.
    #[serde(rename = "Refund transaction not found")]
    RefundTransaction,
}

impl UnmatchedReason {
    /// The reason in words, as in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Order => "Order not found",
            Self::OriginalTransaction => "Original transaction not found",
            Self::RefundTransaction => "Refund transaction not found",
        }
    }
}

/// A return without a payment, with what its order says.
#[derive(QueryableByName)]
struct Open {
    #[diesel(sql_type = Integer)]
    id: AmazonReturnId,
    #[diesel(sql_type = Text)]
    reversal_id: String,
    #[diesel(sql_type = Text)]
    order_id: String,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Numeric)]
    amount: BigDecimal,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Bool)]
    ordered: bool,
    #[diesel(sql_type = Nullable<Integer>)]
    original: Option<TrueLayerTransactionId>,
    #[diesel(sql_type = Nullable<Text>)]
    original_transaction: Option<String>,
    #[diesel(sql_type = Nullable<Integer>)]
    owner: Option<UserId>,
}

#[derive(QueryableByName)]
struct Credit {
    #[diesel(sql_type = Integer)]
    id: TrueLayerTransactionId,
    #[diesel(sql_type = Text)]
    transaction: String,
    #[diesel(sql_type = Date)]
    day: NaiveDate,
    #[diesel(sql_type = Numeric)]
    amount: BigDecimal,
    #[diesel(sql_type = Text)]
    currency: String,
    #[diesel(sql_type = Integer)]
    owner: UserId,
}

/// A return, decided.
struct Decided {
    id: AmazonReturnId,
    reversal_id: String,
    order_id: String,
    outcome: Result<Refunded, UnmatchedReason>,
}

struct Refunded {
    original: TrueLayerTransactionId,
    original_transaction: String,
    credit: TrueLayerTransactionId,
    credit_transaction: String,
}

/// Matches the returns that have no payment yet to the payment of their order and to the credit that refunded it; without a
/// user everybody's. Returns have no owner: a return whose order another user has paid is left out.
///
/// The payment is the earliest DEBIT that is matched to the order. The credit is of the same user and currency, CREDIT, of
/// exactly the refunded amount, above 0, with AMAZON or AMZN at the start of a word, from 7 days before to 3 days after the
/// day of the refund (days in UTC, both included), and is linked to no other return. Of all pairs the nearest in days is taken
/// first (then date and id of the credit, id of the return), and each credit once.
///
/// In one transaction the credit gets the source `[REFUND] …` (primary unless a person verified the one that is) and the status
/// `Matched`, the payment's primary source gets the mark `[RETURNED] ` once (a source with the bank's description where it has
/// none), and the return its two links. What is linked stays as it is: a second run finds nothing new.
pub fn match_amazon_returns(
    conn: &mut PgConnection,
    user: Option<UserId>,
) -> Result<ReturnMatches> {
    conn.transaction(|conn| {
        let mut tell = |_: &mut PgConnection, _| Ok(());
        run(conn, user, &mut Batches::new(usize::MAX, &mut tell))
    })
}

/// A return or a credit that another session takes between reading and storing is left out of the answer.
pub(super) fn run(
    conn: &mut PgConnection,
    user: Option<UserId>,
    batches: &mut Batches<'_>,
) -> Result<ReturnMatches> {
    let returns = conn.transaction(|conn| {
        lock(conn, Family::Amazon, Among::All)?;
        find(conn, user)
    })?;
    let mut stored = HashSet::new();
    batches.store(conn, &returns, |conn, batch| {
        let matched = write(conn, batch)?;
        stored.extend(matched.iter().copied());
        Ok(matched.len())
    })?;
    let mut matches = ReturnMatches::default();
    for decided in returns {
        match decided.outcome {
            Err(reason) => matches.unmatched.push(UnmatchedReturn {
                reversal_id: decided.reversal_id,
                reason,
            }),
            Ok(refunded) if stored.contains(&decided.id) => matches.matched.push(ReturnMatch {
                reversal_id: decided.reversal_id,
                order_id: decided.order_id,
                original_transaction: refunded.original_transaction,
                refund_transaction: refunded.credit_transaction,
            }),
            Ok(_) => {}
        }
    }
    Ok(matches)
}

/// The open returns, earliest refund first, with what they come to: two statements, whatever their number.
fn find(conn: &mut PgConnection, user: Option<UserId>) -> Result<Vec<Decided>> {
    let returns: Vec<Open> = diesel::sql_query(include_str!("returns/open.sql"))
        .bind::<Nullable<Integer>, _>(user)
        .load(conn)?;
    let credits: Vec<Credit> = diesel::sql_query(include_str!("returns/credits.sql"))
        .bind::<Nullable<Integer>, _>(user)
        .bind::<Text, _>(word_start_pattern(&AMAZON))
        .load(conn)?;
    let offered: Vec<_> = credits.iter().map(Credit::side).collect();
    let wanted: Vec<_> = returns.iter().map(Open::side).collect();
    let rules = Rules {
        tolerance: BigDecimal::from(0),
        rings: &RINGS,
    };
    let mut credit_of: Vec<Option<&Credit>> = vec![None; returns.len()];
    for (credit, taken) in credits.iter().zip(assign(&offered, &wanted, &rules)) {
        if let Some(taken) = taken {
            credit_of[taken.purchase] = Some(credit);
        }
    }
    let mut decided: Vec<_> = returns
        .into_iter()
        .zip(credit_of)
        .map(|(refund, credit)| (refund.day, refund.decide(credit)))
        .collect();
    decided.sort_unstable_by_key(|(day, decided)| (*day, decided.id));
    Ok(decided.into_iter().map(|(_, decided)| decided).collect())
}

impl Credit {
    fn side(&self) -> Side<(&str, Option<UserId>)> {
        Side {
            kind: (&self.currency, Some(self.owner)),
            day: self.day,
            amount: self.amount.clone(),
        }
    }
}

impl Open {
    /// Without a payment there is no owner, and no credit.
    fn side(&self) -> Side<(&str, Option<UserId>)> {
        Side {
            kind: (&self.currency, self.owner),
            day: self.day,
            amount: self.amount.clone(),
        }
    }

    fn decide(self, credit: Option<&Credit>) -> Decided {
        let original = self.original.zip(self.original_transaction);
        let outcome = match (original, credit) {
            (Some((original, original_transaction)), Some(credit)) => Ok(Refunded {
                original,
                original_transaction,
                credit: credit.id,
                credit_transaction: credit.transaction.clone(),
            }),
            (Some(_), None) => Err(UnmatchedReason::RefundTransaction),
            (None, _) if self.ordered => Err(UnmatchedReason::OriginalTransaction),
            (None, _) => Err(UnmatchedReason::Order),
        };
        Decided {
            id: self.id,
            reversal_id: self.reversal_id,
            order_id: self.order_id,
            outcome,
        }
    }
}
