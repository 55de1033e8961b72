//! Taking over a database that was made without the migrations of this crate.
//!
//! [`plan()`] tells what has to be done so that a database has the schema of this crate, and what keeps it from that; it only
//! reads. [`apply`] does it in one transaction, and records the migrations as applied. No row is lost: what a
//! [`Resolution`] takes out of its table, or overwrites, is kept in the table `__spending_db_adoption_removed`.

mod plan;
mod report;
mod resolution;

use std::time::Duration;

use diesel::prelude::*;

use crate::{Error, Result};
pub use plan::{Blocker, Plan, State, Step, Work};
pub use report::{Report, StepDone, TableDone};
pub use resolution::{Choice, Resolution, Rule};

/// The table that keeps the rows which a choice took out of their table or overwrote.
pub const SIDE_TABLE: &str = "__spending_db_adoption_removed";

/// How a database is adopted.
#[derive(Debug, Clone)]
pub struct Options {
    /// What becomes of rows that the schema refuses; the last one counts. What has no choice blocks.
    pub resolutions: Vec<Resolution>,
    /// The zone in which times without a zone were written, by a name that PostgreSQL knows.
    pub time_zone: String,
    /// The longest wait for the tables, and for another process that migrates; `None`: no limit.
    pub lock_timeout: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            resolutions: Vec::new(),
            time_zone: "UTC".to_owned(),
            lock_timeout: Some(Duration::from_secs(10)),
        }
    }
}

/// Tells what [`apply`] would do. Only reads.
///
/// [`Error::Migration`] where there is nothing to adopt: the database has no tables, or has some of the migrations applied.
pub fn plan(_conn: &mut PgConnection, _options: &Options) -> Result<Plan> {
    Err(Error::Migration("being written".to_owned()))
}

/// Adopts the database: in one transaction, under the lock of migrations, with every table locked.
///
/// A failure leaves the database as it was. [`Error::Migration`] where [`plan()`] has blockers without a choice, where a table
/// cannot be locked in time, or where a count or checksum of a table does not agree afterwards.
pub fn apply(_conn: &mut PgConnection, _options: &Options) -> Result<Report> {
    Err(Error::Migration("being written".to_owned()))
}
