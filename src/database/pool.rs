//! [`ConnectionManager`]: how the pool makes, checks and cleans its connections.

use std::sync::{Arc, Mutex, PoisonError};
use std::thread;

use diesel::connection::SimpleConnection;
use diesel::dsl::exists;
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
/// A connection is verified by one question when it is handed out. When it comes back, an open transaction is rolled
/// back, session settings and the role are reset, temporary tables dropped, and cursors, `LISTEN`, advisory locks and
/// sequence states forgotten, in one round trip; if nothing was asked on it, in none. Diesel's prepared statements stay.
/// A connection that cannot be cleaned is closed and replaced, as is one that comes back by a panic, that has statements
/// prepared with `PREPARE`, or whose instrumentation the caller replaced.
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
        let has_leftovers = match self.config.pooler {
            Pooler::Session => diesel::select(exists(
                pg_prepared_statements::table.filter(pg_prepared_statements::from_sql),
            ))
            .get_result(conn)?,
            Pooler::Transaction => conn.batch_execute("SELECT 1").map(|()| false)?,
        };
        if has_leftovers {
            return Err(Error::Connect(
                "its last user left prepared statements".into(),
            ));
        }
        if let Some(log) = StatementLog::of(conn) {
            log.start_use();
        }
        Ok(())
    }

    fn has_broken(&self, conn: &mut PgConnection) -> bool {
        if thread::panicking() {
            return true;
        }
        let Some(log) = StatementLog::of(conn) else {
            return true;
        };
        if !log.was_used() {
            return false;
        }
        log.start_housekeeping();
        match self.config.pooler {
            Pooler::Session => clean(conn),
            Pooler::Transaction => roll_back(conn),
        }
        .is_err()
    }
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

diesel::table! {
    pg_catalog.pg_prepared_statements (name) {
        name -> Text,
        from_sql -> Bool,
    }
}

/// Undoes what a caller did to the session. `DISCARD ALL` would do it too, but would also throw away the statements
/// that Diesel keeps prepared.
fn clean(conn: &mut PgConnection) -> QueryResult<()> {
    const RESET: &str = "ROLLBACK; RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; SET TIME ZONE 'UTC'; CLOSE ALL; \
        UNLISTEN *; SELECT pg_catalog.pg_advisory_unlock_all(); DISCARD TEMP; DISCARD SEQUENCES";

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
