//! Taking over a database that was made without the migrations of this crate.
//!
//! [`plan()`] tells what has to be done so that a database has the schema of this crate, and what keeps it from that; it only
//! reads. [`apply`] does it in one transaction, and records the migrations as applied. No row is lost: what a
//! [`Resolution`] takes out of its table, or overwrites, is kept in the table `__spending_db_adoption_removed`.

mod alter;
mod blockers;
mod conversion;
mod draft;
mod facts;
mod faults;
mod key;
mod marks;
mod measure;
mod needless;
mod plan;
mod printed;
mod reference;
mod report;
mod resolution;
mod resolve;
mod run;
mod state;
mod steps;
mod survey;
mod texts;

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

use crate::catalog::Catalog;
use crate::migrations::lock::MigrationLock;
use crate::migrations::{self, refuse_within_transaction};
use crate::{Error, Result};
use draft::Draft;
pub use plan::{Blocker, Plan, State, Step, Work};
pub use report::{Report, StepDone, TableDone};
pub use resolution::{Choice, Resolution, Rule};
use run::run;

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
/// [`Error::Migration`] where there is nothing to adopt: the database has no tables of this schema, has only some of the
/// migrations applied, or has all of them and has drifted. [`Error::InvalidInput`] where a choice names a table that there is
/// not, or where PostgreSQL does not know the time zone.
pub fn plan(conn: &mut PgConnection, options: &Options) -> Result<Plan> {
    refuse_within_transaction(conn)?;
    refuse_unknown_names(conn, options)?;
    conn.build_transaction()
        .repeatable_read()
        .read_only()
        .run(|conn| {
            for setting in draft::settings(options) {
                conn.batch_execute(&setting)?;
            }
            Ok(Draft::make(conn, options)?.plan())
        })
}

/// Adopts the database: in one transaction, under the lock of migrations, with every table locked.
///
/// A failure leaves the database as it was. [`Error::Migration`] where [`plan()`] has blockers without a choice, where a table
/// cannot be locked in time, or where a count or checksum of a table does not agree afterwards; else as [`plan()`].
pub fn apply(conn: &mut PgConnection, options: &Options) -> Result<Report> {
    refuse_within_transaction(conn)?;
    refuse_unknown_names(conn, options)?;
    let mut lock = MigrationLock::take(
        conn,
        &migrations::Options {
            lock_timeout: options.lock_timeout,
            table_lock_timeout: options.lock_timeout,
            allow_newer_database: false,
        },
    )?;
    lock.transaction(|conn| run(conn, options))
}

fn refuse_unknown_names(conn: &mut PgConnection, options: &Options) -> Result<()> {
    let expected = Catalog::expected()?;
    for resolution in &options.resolutions {
        if let Some(table) = resolution
            .table
            .as_ref()
            .filter(|table| !expected.tables.contains_key(*table))
        {
            return Err(Error::invalid(
                "resolve",
                format!("{resolution}: there is no table {table} in the schema"),
            ));
        }
    }
    let is_known: bool = diesel::select(
        diesel::dsl::sql::<Bool>("EXISTS (SELECT FROM pg_timezone_names WHERE name = ")
            .bind::<Text, _>(&options.time_zone)
            .sql(")"),
    )
    .get_result(conn)?;
    if is_known {
        Ok(())
    } else {
        Err(Error::invalid(
            "time_zone",
            format!(
                "PostgreSQL knows no {:?}; one is Europe/London",
                options.time_zone
            ),
        ))
    }
}
