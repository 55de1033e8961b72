//! [`ConnectionManager`]: how the pool makes, checks and cleans its connections.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use diesel::connection::{AnsiTransactionManager, SimpleConnection, TransactionManager};
use diesel::prelude::*;
use diesel::r2d2::{HandleError, ManageConnection};

use super::connect_pooled;
use super::instrumentation::StatementLog;
use crate::config::{Config, Pooler};
use crate::error::{Error, Result};

/// A connection of the pool: usable as a Diesel connection, and as `&mut PgConnection` by dereferencing.
///
/// It goes back to the pool when it is dropped, and is cleaned then; see [`ConnectionManager`].
pub type PooledConnection = diesel::r2d2::PooledConnection<ConnectionManager>;

/// Makes the pool's connections, checks them and cleans them.
///
/// When a connection is handed out, its socket is looked at: what the server or the system said of its end lies there. That is
/// no round trip; only after half a minute without a word the server is asked.
///
/// When a connection comes back, an open transaction is rolled back, session settings and the role are reset, temporary tables
/// dropped, and cursors, `LISTEN`, advisory locks and sequence states forgotten, in one round trip. Where the statements since
/// then cannot have left any of that, it costs none: those that read, update or delete rows and call only functions that
/// compute, and Diesel's own transactions. Diesel's prepared statements stay. A connection that cannot be cleaned is closed and
/// replaced, as is one that comes back by a panic, that has statements prepared with `PREPARE`, or whose instrumentation the
/// caller replaced.
///
/// Behind a pooler in transaction mode there is no session: an open transaction is rolled back, and that is all.
#[derive(Debug)]
pub struct ConnectionManager {
    config: Config,
    last_failure: LastFailure,
}

/// Why the last attempt to connect failed; empty where it did not.
pub(super) type LastFailure = Arc<Mutex<Option<Error>>>;

impl ConnectionManager {
    pub(super) fn new(config: Config, last_failure: LastFailure) -> Self {
        Self {
            config,
            last_failure,
        }
    }

    fn remember(&self, failure: Option<Error>) {
        *self
            .last_failure
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = failure;
    }
}

impl ManageConnection for ConnectionManager {
    type Connection = PgConnection;
    type Error = Error;

    fn connect(&self) -> Result<PgConnection> {
        let attempt = connect_pooled(&self.config);
        self.remember(attempt.as_ref().err().map(again));
        attempt
    }

    fn is_valid(&self, conn: &mut PgConnection) -> Result<()> {
        if let Some(log) = StatementLog::of(conn) {
            log.start_housekeeping();
        }
        look_at_socket(conn)?;
        let silence = StatementLog::of(conn).map(|log| log.silence());
        let is_silent = silence.is_none_or(|silence| silence > LONGEST_SILENCE);
        if is_silent {
            conn.batch_execute("SELECT 1")?;
        }
        if let Some(log) = StatementLog::of(conn) {
            if is_silent {
                log.hear();
            }
            log.start_use();
        }
        Ok(())
    }

    fn has_broken(&self, conn: &mut PgConnection) -> bool {
        if thread::panicking() {
            return true;
        }
        let is_outside = is_outside_transaction(conn);
        let Some(log) = StatementLog::of(conn) else {
            return true;
        };
        if !log.was_used() {
            return false;
        }
        let may_be_soiled = !is_outside || log.may_have_left_something();
        log.start_housekeeping();
        log.hear();
        may_be_soiled
            && match self.config.pooler {
                Pooler::Session => clean(conn),
                Pooler::Transaction => roll_back(conn),
            }
            .is_err()
    }
}

/// How long a connection may lie in the pool before the server is asked whether it still has it. Until then the end of a
/// connection is told by its socket, unless the network lost it without a word.
const LONGEST_SILENCE: Duration = Duration::from_secs(30);

/// Fails where the server or the system has ended the connection. Reads what has come without waiting for more.
fn look_at_socket(conn: &mut PgConnection) -> QueryResult<()> {
    // The first look takes what the server said, the second finds the end behind it.
    for _ in 0..2 {
        conn.notifications_iter()
            .try_for_each(|notification| notification.map(drop))?;
    }
    Ok(())
}

/// Whether Diesel knows of no transaction and of no fault of one.
fn is_outside_transaction(conn: &mut PgConnection) -> bool {
    let status = AnsiTransactionManager::transaction_manager_status_mut(conn);
    matches!(status.transaction_depth(), Ok(None))
}

/// The error once more; the pool keeps one and logs the other.
fn again(error: &Error) -> Error {
    match error {
        Error::Refused { database, reason } => Error::Refused {
            database: database.clone(),
            reason: reason.clone(),
        },
        Error::Connect(message) => Error::Connect(message.clone()),
        other => Error::Connect(other.to_string()),
    }
}

/// Undoes what a caller did to the session. `DISCARD ALL` would do it too, but would also throw away the statements
/// that Diesel keeps prepared.
fn clean(conn: &mut PgConnection) -> QueryResult<()> {
    // The last divides by zero where statements were prepared with `PREPARE`.
    const RESET: &str = "ROLLBACK; RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; SET TIME ZONE 'UTC'; CLOSE ALL; \
        UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES; \
        SELECT 1 / count(*) FROM (SELECT WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_prepared_statements WHERE from_sql)) none";

    end_transaction(conn, RESET)?;
    conn.notifications_iter()
        .take_while(Result::is_ok)
        .for_each(drop);
    Ok(())
}

fn roll_back(conn: &mut PgConnection) -> QueryResult<()> {
    end_transaction(conn, "ROLLBACK")
}

/// Runs statements that begin with a `ROLLBACK`.
fn end_transaction(conn: &mut PgConnection, statements: &str) -> QueryResult<()> {
    // A ROLLBACK outside of a transaction puts a warning into the server's log, hence the BEGIN. It fails in a
    // transaction that has failed, and only there.
    conn.batch_execute(&format!("BEGIN; {statements}"))
        .or_else(|_| conn.batch_execute(statements))
}

/// Logs why a connection was not made or was given up.
#[derive(Debug)]
pub(super) struct LogFailures;

impl HandleError<Error> for LogFailures {
    fn handle_error(&self, error: Error) {
        tracing::warn!(target: "spending_db::pool", %error, "a connection of the pool failed");
    }
}
