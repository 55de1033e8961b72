//! [`Database`]: the pool of connections to one database.

mod connect;
mod health;
mod instrumentation;
mod pool;
mod traces;

use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use diesel::PgConnection;
use diesel::connection::{AnsiTransactionManager, TransactionManager};
use diesel::r2d2::Pool;
use serde::Serialize;

pub use connect::connect;
pub use health::Health;
pub(crate) use instrumentation::{FailedStatement, with_failed_statement};
pub use pool::{ConnectionManager, PooledConnection};
use pool::{LastFailure, LogFailures};

use crate::config::Config;
use crate::error::{Error, Result};
use crate::migrations::Migrator;

/// A database: a pool of connections to it, shared by all clones of the handle.
///
/// The pool never has more connections than its size. Each is looked at before it is handed out, and one that has died
/// is replaced on the way. What a caller did to the session is undone when the connection comes back; see
/// [`ConnectionManager`]. A question by one statement costs one round trip. A connection is renewed after half an hour, and closed when it was idle for ten minutes.
///
/// Each statement is logged by `tracing`: target `spending_db::sql`, level DEBUG, with `elapsed_us`; one that takes as
/// long as the threshold of the configuration at level WARN; those of the pool itself at level TRACE. Values are never
/// logged: bound values are left out, string constants within the SQL are shown as `'…'`, and of an error only the
/// kind. Numbers that stand in hand-written SQL are shown.
#[derive(Clone)]
pub struct Database(Arc<Shared>);

struct Shared {
    pool: Pool<ConnectionManager>,
    config: Config,
    waiting: AtomicU32,
    last_failure: LastFailure,
}

impl Database {
    /// Connects, applies pending migrations where the configuration says so, and builds the pool.
    ///
    /// [`Error::Connect`] at once where the first connection fails, [`Error::Refused`] where `TESTING` keeps this
    /// program away from the database, [`Error::NewerDatabase`] where it has migrations that this program does not know,
    /// [`Error::Migration`] where one fails.
    ///
    /// Takes over `init_pool`.
    pub fn open(config: Config) -> Result<Self> {
        config.check()?;
        let migrator = Migrator::embedded(config.migration_options());
        let mut conn = connect(&config)?;
        if config.migrate_on_open {
            migrator.run(&mut conn)?;
        } else {
            migrator.pending(&mut conn)?;
        }
        drop(conn);

        let last_failure = LastFailure::default();
        let pool = Pool::builder()
            .max_size(config.pool_size)
            .min_idle(Some(config.pool_min_idle))
            .connection_timeout(config.checkout_timeout)
            .test_on_check_out(true)
            .error_handler(Box::new(LogFailures))
            .build_unchecked(ConnectionManager::new(config.clone(), last_failure.clone()));
        Ok(Self(Arc::new(Shared {
            pool,
            config,
            waiting: AtomicU32::new(0),
            last_failure,
        })))
    }

    /// A connection of the pool, waited for where all are in use.
    ///
    /// After the checkout timeout [`Error::PoolTimeout`], or [`Error::Connect`] where the pool has room but the server
    /// lets nobody in.
    ///
    /// Takes over `get_db`.
    pub fn conn(&self) -> Result<PooledConnection> {
        if let Some(conn) = self.0.pool.try_get() {
            return Ok(conn);
        }
        let waiting = Waiting::start(&self.0.waiting);
        let started = Instant::now();
        let conn = self.0.pool.get();
        drop(waiting);
        conn.map_err(|_| self.checkout_error(started.elapsed()))
    }

    /// Runs `work` in a transaction: committed where it returns `Ok`, else rolled back.
    pub fn transaction<T, E>(
        &self,
        work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<Error> + From<diesel::result::Error>,
    {
        self.run("BEGIN", work)
    }

    /// Runs `work` in a transaction that cannot write and in which every question sees the same state.
    pub fn read<T, E>(&self, work: impl FnOnce(&mut PgConnection) -> Result<T, E>) -> Result<T, E>
    where
        E: From<Error> + From<diesel::result::Error>,
    {
        self.run("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY", work)
    }

    /// Runs `work` in a transaction; its own error is told even where the connection was lost with it.
    fn run<T, E>(
        &self,
        begin: &str,
        work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
    ) -> Result<T, E>
    where
        E: From<Error> + From<diesel::result::Error>,
    {
        let conn: &mut PgConnection = &mut *self.conn()?;
        AnsiTransactionManager::begin_transaction_sql(conn, begin)?;
        let value = match work(conn) {
            Ok(value) => value,
            Err(error) => {
                // If it fails, the pool sees to the connection.
                let _ = AnsiTransactionManager::rollback_transaction(conn);
                return Err(error);
            }
        };
        AnsiTransactionManager::commit_transaction(conn)?;
        Ok(value)
    }

    /// How the database is: one question to the server, and what migrations it has.
    pub fn health(&self) -> Result<Health> {
        Health::of(&mut *self.conn()?)
    }

    /// How the pool is, without a question to the server.
    pub fn state(&self) -> PoolState {
        let state = self.0.pool.state();
        PoolState {
            size: self.0.config.pool_size,
            connections: state.connections,
            idle: state.idle_connections,
            in_use: state.connections.saturating_sub(state.idle_connections),
            waiting: self.0.waiting.load(Ordering::Relaxed),
        }
    }

    /// A connection outside of the pool, which its holder keeps.
    pub(crate) fn dedicated_conn(&self) -> Result<PgConnection> {
        connect(&self.0.config)
    }

    fn checkout_error(&self, waited: Duration) -> Error {
        let PoolState { size, in_use, .. } = self.state();
        let mut last_failure = self
            .0
            .last_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        match last_failure.take() {
            Some(failure) if in_use < size => failure,
            _ => Error::PoolTimeout {
                waited,
                in_use,
                size,
            },
        }
    }
}

impl fmt::Debug for Database {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Database")
            .field("config", &self.0.config)
            .field("state", &self.state())
            .finish()
    }
}

/// How a pool is at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PoolState {
    /// The most connections it may have.
    pub size: u32,
    /// The connections it has.
    pub connections: u32,
    /// Those of them that wait for a user.
    pub idle: u32,
    /// Those of them that are in use.
    pub in_use: u32,
    /// The threads that wait for a connection.
    pub waiting: u32,
}

/// Counts a thread as waiting for as long as it lives.
struct Waiting<'c>(&'c AtomicU32);

impl<'c> Waiting<'c> {
    fn start(counter: &'c AtomicU32) -> Self {
        counter.fetch_add(1, Ordering::Relaxed);
        Self(counter)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
