//! How far each source of receipts reaches in comparison with the bank.

use chrono::{Days, NaiveDate};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::types::{Document, UserId};

/// A source that is further behind the bank than so many days is stale.
pub const STALE_AFTER_DAYS: u64 = 7;

/// From when to when a source has data. Days are in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Coverage {
    /// The last day.
    pub newest: Option<NaiveDate>,
    /// The first day.
    pub oldest: Option<NaiveDate>,
    /// Number of rows, those without a day too.
    pub rows: i64,
}

/// The coverage of the bank and of the sources of receipts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SourceCoverage {
    /// The user's bank transactions, debits and credits.
    pub bank: Coverage,
    /// Everybody's Amazon orders: they have no owner.
    pub amazon: Coverage,
    /// Everybody's Apple purchases: they have no owner.
    pub apple: Coverage,
    /// The receipts of the user's mailboxes, those that count as deleted left out.
    pub gmail: Coverage,
}

impl SourceCoverage {
    /// Whether the last day of a source is more than [`STALE_AFTER_DAYS`] before the bank's. Without days on either side it
    /// is not.
    pub fn is_stale(&self, source: &Coverage) -> bool {
        let needed = self
            .bank
            .newest
            .and_then(|day| day.checked_sub_days(Days::new(STALE_AFTER_DAYS)));
        source
            .newest
            .zip(needed)
            .is_some_and(|(newest, needed)| newest < needed)
    }
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Jsonb)]
    coverage: Document<SourceCoverage>,
}

/// Reads how far the user's sources reach: mailboxes, accounts and receipts of any status.
///
/// Takes over `get_source_coverage_dates`.
pub fn read(conn: &mut PgConnection, user: UserId) -> Result<SourceCoverage> {
    let row: Row = diesel::sql_query(include_str!("source_coverage.sql"))
        .bind::<Integer, _>(user)
        .get_result(conn)?;
    Ok(row.coverage.0)
}
