//! The embedded migrations: applied under a lock, listed, reverted.
//!
//! What is applied stands in Diesel's own table `__diesel_schema_migrations`, so that the Diesel CLI agrees.

pub(crate) mod applied;
pub(crate) mod checksums;
mod danger;
mod diagnosis;
pub mod lint;
pub(crate) mod lock;
mod loss;
mod rehearsal;
mod revert;
pub(crate) mod script;
pub mod side_by_side;
mod texts;

use std::collections::HashMap;
use std::error::Error as StdError;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::migration::{Migration, MigrationConnection, MigrationSource};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};
use serde::Serialize;

use crate::database::with_failed_statement;
use crate::error::{Error, Result};
use applied::applied;
use diagnosis::Direction;
use lock::MigrationLock;
pub(crate) use loss::refusal;
pub use loss::{Loss, Reason, Reversal};
pub use revert::RevertOptions;
pub use texts::{TEXTS, Text};

/// The migrations of this crate, compiled in.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// How migrations are run.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The longest wait for another process that migrates; `None`: no limit.
    pub lock_timeout: Option<Duration>,
    /// The longest wait of one statement of a migration for a table that others use; `None`: no limit. How long a
    /// statement runs is not limited.
    pub table_lock_timeout: Option<Duration>,
    /// Whether a database with migrations that this program does not know is accepted.
    pub allow_newer_database: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            lock_timeout: Some(Duration::from_secs(60)),
            table_lock_timeout: Some(Duration::from_secs(10)),
            allow_newer_database: false,
        }
    }
}

/// A migration that was applied or reverted just now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Done {
    /// What orders migrations: the digits in front of the name.
    pub version: String,
    /// The folder's name.
    pub name: String,
    /// How long it took, in milliseconds.
    pub elapsed_ms: u64,
    /// What was lost with it where it was reverted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lost: Vec<Loss>,
}

/// A migration that the program has, the database has, or both.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// What orders migrations: the digits in front of the name.
    pub version: String,
    /// The folder's name; `None` where this program does not know the migration.
    pub name: Option<String>,
    /// When it was applied (UTC); `None` where it is pending.
    pub applied_at: Option<DateTime<Utc>>,
}

/// Which of the applied migrations to revert, counted from the latest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Count {
    /// The latest ones.
    Last(usize),
    /// Those after this one, which stays: its version ([`Status::version`]) or its name.
    DownTo(String),
    /// Every one.
    All,
}

/// Applies the pending migrations of this crate; see [`Migrator::run`].
pub fn run(conn: &mut PgConnection, options: &Options) -> Result<Vec<Done>> {
    Migrator::embedded(*options).run(conn)
}

/// Runs the migrations of a source on one database.
///
/// What changes the database is done under a lock of that database, so that any number of processes may start at once.
/// The lock is given up at the end and ends with the connection. Within a transaction nothing can be run.
#[derive(Debug)]
pub struct Migrator<S> {
    source: S,
    texts: &'static [Text],
    options: Options,
}

impl Migrator<EmbeddedMigrations> {
    /// Runs the migrations of this crate.
    pub fn embedded(options: Options) -> Self {
        Self {
            source: MIGRATIONS,
            texts: TEXTS,
            options,
        }
    }

    /// The names of the applied migrations whose text has changed since they were applied. What the Diesel CLI applied is not
    /// known.
    pub fn changed(&self, conn: &mut PgConnection) -> Result<Vec<String>> {
        checksums::changed(conn, self.texts)
    }

    /// The pending migrations as SQL, for a database that somebody else changes: each with its record, in a transaction unless
    /// it must not have one.
    pub fn pending_sql(&self, conn: &mut PgConnection) -> Result<String> {
        let pending = self.pending_migrations(conn)?;
        let pending = pending.iter().filter_map(|migration| {
            let version = version(migration.as_ref());
            let text = self.texts.iter().find(|text| text.version() == version)?;
            Some((text, migration.metadata().run_in_transaction()))
        });
        Ok(script::script(pending))
    }
}

type Migrations = Vec<Box<dyn Migration<Pg>>>;

/// What was lost with one migration, or why it failed.
type Outcome = std::result::Result<Vec<Loss>, Box<dyn StdError + Send + Sync>>;

impl<S: MigrationSource<Pg>> Migrator<S> {
    /// Runs the migrations of any source.
    pub fn new(source: S, options: Options) -> Self {
        Self {
            source,
            texts: &[],
            options,
        }
    }

    /// Every migration that the program or the database has, in the order of versions.
    pub fn status(&self, conn: &mut PgConnection) -> Result<Vec<Status>> {
        let mut applied: HashMap<String, DateTime<Utc>> = applied(conn)?.into_iter().collect();
        let mut all: Vec<Status> = self
            .migrations()?
            .iter()
            .map(|migration| {
                let version = version(migration.as_ref());
                Status {
                    applied_at: applied.remove(&version),
                    name: Some(migration.name().to_string()),
                    version,
                }
            })
            .collect();
        all.extend(applied.into_iter().map(|(version, at)| Status {
            version,
            name: None,
            applied_at: Some(at),
        }));
        all.sort_by(|a, b| a.version.cmp(&b.version));
        Ok(all)
    }

    /// The names of the migrations that are to be applied, in their order.
    ///
    /// [`Error::NewerDatabase`] where the database has others that the program does not know and the options do not
    /// allow that.
    pub fn pending(&self, conn: &mut PgConnection) -> Result<Vec<String>> {
        let pending = self.pending_migrations(conn)?;
        Ok(pending
            .iter()
            .map(|migration| migration.name().to_string())
            .collect())
    }

    /// Applies the pending migrations, each in a transaction of its own, and tells which.
    ///
    /// Where nothing is pending it takes no lock and writes nothing. [`Error::Migration`] where a migration fails, with
    /// the statement that did, or where the lock is not to be had in time; [`Error::NewerDatabase`] as in
    /// [`Migrator::pending`].
    pub fn run(&self, conn: &mut PgConnection) -> Result<Vec<Done>> {
        refuse_within_transaction(conn)?;
        if self.pending_migrations(conn)?.is_empty() {
            return Ok(Vec::new());
        }
        let mut lock = MigrationLock::take(conn, &self.options)?;
        lock.setup()?;
        let pending = self.pending_migrations(&mut lock)?;
        self.each(&mut lock, Direction::Up, &pending, apply)
    }

    /// All migrations of the source in the order of versions.
    fn migrations(&self) -> Result<Migrations> {
        let mut migrations = self
            .source
            .migrations()
            .map_err(|error| Error::Migration(error.to_string()))?;
        migrations.sort_by(|a, b| a.name().version().cmp(&b.name().version()));
        Ok(migrations)
    }

    fn pending_migrations(&self, conn: &mut PgConnection) -> Result<Migrations> {
        let mut applied: HashMap<String, DateTime<Utc>> = applied(conn)?.into_iter().collect();
        let mut pending = self.migrations()?;
        pending.retain(|migration| applied.remove(&version(migration.as_ref())).is_none());
        if applied.is_empty() || self.options.allow_newer_database {
            return Ok(pending);
        }
        let mut unknown: Vec<String> = applied.into_keys().collect();
        unknown.sort();
        Err(Error::NewerDatabase { unknown })
    }

    /// Runs migrations one after the other; an error also tells which of them had been run by then. `act` runs one and tells
    /// what was lost.
    fn each(
        &self,
        conn: &mut PgConnection,
        direction: Direction,
        migrations: &Migrations,
        act: impl Fn(&mut PgConnection, &dyn Migration<Pg>) -> Outcome,
    ) -> Result<Vec<Done>> {
        let mut done: Vec<Done> = Vec::new();
        for migration in migrations {
            let migration = migration.as_ref();
            let name = migration.name().to_string();
            let begun = Instant::now();
            let outcome = with_failed_statement(conn, |conn| act(conn, migration));
            let lost = match outcome {
                Ok(lost) => lost,
                Err((error, failed)) => {
                    let error = match error.downcast::<Error>() {
                        Ok(refusal) if matches!(*refusal, Error::DataLoss { .. }) => {
                            return Err(*refusal);
                        }
                        Ok(error) => error as Box<dyn StdError + Send + Sync>,
                        Err(error) => error,
                    };
                    let before: Vec<&str> = done.iter().map(|done| done.name.as_str()).collect();
                    let failure =
                        diagnosis::explain(conn, migration, direction, &error, failed.as_ref());
                    return Err(Error::Migration(direction.account(&failure, &before)));
                }
            };
            let elapsed = begun.elapsed();
            tracing::info!(target: "spending_db::migrations", migration = name, ?elapsed, "{}", direction.done());
            self.keep_checksum(conn, direction, &version(migration))?;
            done.push(Done {
                version: version(migration),
                name,
                elapsed_ms: u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                lost,
            });
        }
        Ok(done)
    }

    fn keep_checksum(
        &self,
        conn: &mut PgConnection,
        direction: Direction,
        version: &str,
    ) -> Result<()> {
        match direction {
            Direction::Up => match self.texts.iter().find(|text| text.version() == version) {
                Some(text) => checksums::remember(conn, text),
                None => Ok(()),
            },
            Direction::Down => checksums::forget(conn, version),
        }
    }
}

fn version(migration: &dyn Migration<Pg>) -> String {
    migration.name().version().to_string()
}

fn apply(conn: &mut PgConnection, migration: &dyn Migration<Pg>) -> Outcome {
    conn.run_migration(migration)?;
    Ok(Vec::new())
}

pub(crate) fn refuse_within_transaction(conn: &mut PgConnection) -> Result<()> {
    match AnsiTransactionManager::transaction_manager_status_mut(conn).transaction_depth()? {
        None => Ok(()),
        Some(_) => Err(Error::Migration(
            "it cannot be run within a transaction: each migration has one of its own".to_owned(),
        )),
    }
}
