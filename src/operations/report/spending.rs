//! What was spent, by category, merchant or month.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Integer, Nullable, Numeric, Text, Timestamptz};
use serde::Serialize;

use crate::types::UserId;
use crate::{Error, Result};

/// By what payments are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SpendingBy {
    /// The managed category; else that of the enrichment; else the application's own; else the bank's classification; else
    /// the bank's kind of payment; else `Uncategorised`.
    #[default]
    Category,
    /// The merchant.
    Merchant,
    /// The calendar month in UTC, `YYYY-MM`.
    Month,
}

/// Which payments a report is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SpendingQuery {
    /// Whose; `None` for everybody's.
    pub user: Option<UserId>,
    /// First day, UTC; `None` for no limit.
    pub from: Option<NaiveDate>,
    /// Last day, UTC, as a whole; `None` for no limit.
    pub to: Option<NaiveDate>,
    /// By what they are put together.
    pub by: SpendingBy,
}

/// A spending report. Sums never mix currencies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SpendingReport {
    /// By what the payments are put together.
    pub by: SpendingBy,
    /// First day, UTC.
    pub from: Option<NaiveDate>,
    /// Last day, UTC, as a whole.
    pub to: Option<NaiveDate>,
    /// One line a group and currency: by currency, then most spent first; months in their order.
    pub lines: Vec<SpendingLine>,
    /// One line a currency.
    pub totals: Vec<SpendingLine>,
}

/// A line of a report: what one group amounts to in one currency.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct SpendingLine {
    /// The category, merchant or month; `None` in a total.
    #[diesel(sql_type = Nullable<Text>)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// ISO 4217 code of the amounts.
    #[diesel(sql_type = Text)]
    pub currency: String,
    /// Number of payments (DEBIT).
    #[diesel(sql_type = BigInt)]
    pub payments: i64,
    /// Their sum; refunds are not taken off.
    #[diesel(sql_type = Numeric)]
    pub spent: BigDecimal,
    /// How many of them are matched to a purchase.
    #[diesel(sql_type = BigInt)]
    pub matched: i64,
    /// Sum of what came back: refunds by Amazon, and credits matched to a return.
    #[diesel(sql_type = Numeric)]
    pub refunded: BigDecimal,
    /// What was bought, where the report is by merchant and payments are matched.
    #[diesel(sql_type = Array<Text>)]
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<String>,
}

/// Adds up what was spent from bank accounts: every DEBIT transaction, transfers and standing orders to other accounts
/// included (they have their own lines by category). Card transactions are left out, as the card's bill is paid from an
/// account.
///
/// [`Error::InvalidInput`] where the last day is before the first.
pub fn spending(conn: &mut PgConnection, query: &SpendingQuery) -> Result<SpendingReport> {
    let SpendingQuery { user, from, to, by } = *query;
    if from.zip(to).is_some_and(|(from, to)| to < from) {
        return Err(Error::invalid("to", "the last day is before the first"));
    }
    let word = match by {
        SpendingBy::Category => "category",
        SpendingBy::Merchant => "merchant",
        SpendingBy::Month => "month",
    };
    let end = to.and_then(|day| day.checked_add_days(Days::new(1)));
    let lines: Vec<SpendingLine> = diesel::sql_query(include_str!("spending.sql"))
        .bind::<Text, _>(word)
        .bind::<Nullable<Integer>, _>(user)
        .bind::<Nullable<Timestamptz>, _>(from.map(start_of))
        .bind::<Nullable<Timestamptz>, _>(end.map(start_of))
        .load(conn)?;
    let (lines, totals) = lines.into_iter().partition(|line| line.name.is_some());
    Ok(SpendingReport {
        by,
        from,
        to,
        lines,
        totals,
    })
}

fn start_of(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(NaiveTime::MIN).and_utc()
}
