//! The log of statements.
//!
//! Every statement is an event of the target `spending_db::sql` at level DEBUG with its duration in microseconds; one
//! that takes as long as the threshold is a WARN instead. Statements of the pool itself are events at level TRACE.
//!
//! No values are logged: Diesel's list of bound values is left out, string constants within the SQL are shown as
//! `'…'`, comments not at all, and of an error only its kind. What remains are the numbers and names within SQL that a
//! caller wrote by hand.

use std::fmt::{self, Display, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use diesel::PgConnection;
use diesel::connection::{
    Connection, DebugQuery, Instrumentation, InstrumentationEvent, get_default_instrumentation,
};
use diesel::result::Error as DieselError;
use tracing::Level;

use super::replica::Failure;
use super::traces::{Effects, Traces};
use crate::config::Config;
use crate::sql;

const TARGET: &str = "spending_db::sql";

/// Logs the statements of one connection.
pub(crate) struct StatementLog {
    slow: Option<Duration>,
    /// When the running statements began: a statement may have Diesel look up the number of a type in between.
    begun: Vec<Instant>,
    /// How many statements were begun since the pool handed the connection out.
    count: u64,
    /// The statements now are the pool's own.
    housekeeping: bool,
    /// What the statements of this use of the pool's connection may have left.
    traces: Option<Traces>,
    effects: Effects,
    /// When the server was heard of last, as far as the pool knows.
    heard: Instant,
    /// Whether to keep the first statement that fails.
    keeps_failed: bool,
    failed: Option<FailedStatement>,
    /// What a failed statement says of the server, since the pool handed the connection out.
    pub(super) failure: Option<Failure>,
    /// How the connection was made, where a pooler gives it a server connection for one transaction at a time.
    pub(super) pooled: Option<Arc<Config>>,
}

/// A statement that the server refused.
#[derive(Debug)]
pub(crate) struct FailedStatement {
    /// What was sent, string constants included.
    pub(crate) text: String,
    /// The server's message.
    pub(crate) message: String,
    /// Where in the text the error is, counted in characters from 1, if the server says so.
    pub(crate) position: Option<usize>,
}

impl FailedStatement {
    fn of(query: &dyn DebugQuery, error: &DieselError) -> Self {
        let position = match error {
            DieselError::DatabaseError(_, information) => information.statement_position(),
            _ => None,
        };
        Self {
            text: text_of(query),
            message: error.to_string(),
            position: position.and_then(|position| usize::try_from(position).ok()),
        }
    }
}

impl StatementLog {
    /// A log that warns of statements that take at least `slow`.
    pub(crate) fn new(slow: Option<Duration>) -> Self {
        Self {
            slow,
            begun: Vec::new(),
            count: 0,
            housekeeping: false,
            traces: None,
            effects: Effects::default(),
            heard: Instant::now(),
            keeps_failed: false,
            failed: None,
            failure: None,
            pooled: None,
        }
    }

    /// The log of a connection, where it is one of this crate's.
    pub(crate) fn of(conn: &mut PgConnection) -> Option<&mut Self> {
        conn.instrumentation().downcast_mut()
    }

    /// Whether a statement was sent since [`StatementLog::start_use`].
    pub(crate) fn was_used(&self) -> bool {
        self.count > 0
    }

    /// Whether the statements since [`StatementLog::start_use`] may have left something in the session.
    pub(crate) fn may_have_left_something(&self) -> bool {
        self.traces.as_ref().is_none_or(Traces::are_there)
    }

    /// How long ago the server was heard of, when the pool had the connection last.
    pub(crate) fn silence(&self) -> Duration {
        self.heard.elapsed()
    }

    /// The server has been heard of now.
    pub(crate) fn hear(&mut self) {
        self.heard = Instant::now();
    }

    /// From now on statements are the pool's own.
    pub(crate) fn start_housekeeping(&mut self) {
        self.housekeeping = true;
        self.traces = None;
        self.begun.clear();
    }

    /// From now on statements are a caller's.
    pub(crate) fn start_use(&mut self) {
        self.housekeeping = false;
        self.traces = Some(Traces::default());
        self.count = 0;
        self.failure = None;
    }

    fn finish(&mut self, query: &dyn DebugQuery, error: Option<&DieselError>) {
        if self.keeps_failed && self.failed.is_none() {
            self.failed = error.map(|error| FailedStatement::of(query, error));
        }
        self.failure = self.failure.max(error.and_then(Failure::of));
        let Some(begun) = self.begun.pop() else {
            return;
        };
        let elapsed = begun.elapsed();
        let elapsed_us = u64::try_from(elapsed.as_micros()).unwrap_or(u64::MAX);
        let failed = error.map(kind);
        if self.slow.is_some_and(|slow| elapsed >= slow) {
            let statement = Masked(query);
            tracing::warn!(target: TARGET, elapsed_us, failed, %statement, "slow statement");
        } else if self.housekeeping {
            let statement = Masked(query);
            tracing::trace!(target: TARGET, elapsed_us, failed, %statement, "statement of the pool");
        } else {
            let statement = Masked(query);
            tracing::debug!(target: TARGET, elapsed_us, failed, %statement, "statement");
        }
    }

    /// Whether anybody would see an event.
    fn is_listened_to(&self) -> bool {
        if self.slow.is_some() && tracing::enabled!(target: TARGET, Level::WARN) {
            return true;
        }
        if self.housekeeping {
            tracing::enabled!(target: TARGET, Level::TRACE)
        } else {
            tracing::enabled!(target: TARGET, Level::DEBUG)
        }
    }
}

impl Instrumentation for StatementLog {
    fn on_connection_event(&mut self, event: InstrumentationEvent<'_>) {
        match event {
            InstrumentationEvent::StartQuery { query, .. } => {
                self.count += 1;
                if let Some(traces) = &mut self.traces {
                    traces.start(|| self.effects.of(text_of(query)));
                }
                if self.is_listened_to() {
                    self.begun.push(Instant::now());
                }
            }
            InstrumentationEvent::FinishQuery { query, error, .. } => {
                if let Some(traces) = &mut self.traces {
                    traces.finish();
                }
                self.finish(query, error);
            }
            _ => {}
        }
    }
}

/// Runs `action` and, where it fails, tells the first statement that failed.
///
/// A connection that is not of this crate has the process's default instrumentation afterwards.
pub(crate) fn with_failed_statement<T, E>(
    conn: &mut PgConnection,
    action: impl FnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, (E, Option<FailedStatement>)> {
    let is_foreign = StatementLog::of(conn).is_none();
    if is_foreign {
        conn.set_instrumentation(StatementLog::new(None));
    }
    if let Some(log) = StatementLog::of(conn) {
        log.keeps_failed = true;
    }
    let result = action(conn);
    let failed = StatementLog::of(conn).and_then(|log| {
        log.keeps_failed = false;
        log.failed.take()
    });
    if is_foreign {
        conn.set_instrumentation(get_default_instrumentation());
    }
    result.map_err(|error| (error, failed))
}

/// A statement as it may be logged.
struct Masked<'q>(&'q dyn DebugQuery);

impl Display for Masked<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&sql::for_log(&text_of(self.0)))
    }
}

/// The text of a statement as it goes to the server, without the values bound to it.
///
/// Diesel writes the statement in one piece and the values after it, so the first piece is the statement, whatever
/// stands in it.
fn text_of(query: &dyn DebugQuery) -> String {
    struct FirstPiece(Option<String>);

    impl fmt::Write for FirstPiece {
        fn write_str(&mut self, piece: &str) -> fmt::Result {
            if self.0.is_some() {
                return Err(fmt::Error);
            }
            self.0 = Some(piece.to_owned());
            Ok(())
        }
    }

    let mut first = FirstPiece(None);
    // An error: either there was more to write, which is not wanted, or nothing could be written at all.
    let _ = write!(first, "{query}");
    first
        .0
        .unwrap_or_else(|| "(a statement that cannot be shown)".to_owned())
}

/// The kind of an error; its message may hold values.
fn kind(error: &DieselError) -> &'static str {
    use diesel::result::DatabaseErrorKind as Kind;

    match error {
        DieselError::DatabaseError(kind, _) => match kind {
            Kind::UniqueViolation => "unique violation",
            Kind::ForeignKeyViolation => "foreign key violation",
            Kind::UnableToSendCommand => "unable to send",
            Kind::SerializationFailure => "serialization failure",
            Kind::ReadOnlyTransaction => "read-only transaction",
            Kind::RestrictViolation => "restrict violation",
            Kind::NotNullViolation => "not-null violation",
            Kind::CheckViolation => "check violation",
            Kind::ExclusionViolation => "exclusion violation",
            Kind::ClosedConnection => "connection closed",
            _ => "database error",
        },
        DieselError::DeserializationError(_) => "deserialization error",
        DieselError::SerializationError(_) => "serialization error",
        DieselError::QueryBuilderError(_) => "query builder error",
        _ => "error",
    }
}

#[cfg(test)]
mod tests {
    use diesel::prelude::*;
    use diesel::sql_types::Text;

    use super::*;

    #[test]
    fn bound_values_are_left_out_whatever_the_statement_holds() {
        let query = diesel::sql_query("SELECT ' -- binds: [\"a\"]' WHERE 'x' = $1")
            .bind::<Text, _>("hunter2");
        let debug = diesel::debug_query::<diesel::pg::Pg, _>(&query);
        assert!(
            debug.to_string().contains("hunter2"),
            "the test has nothing to find"
        );
        assert_eq!(
            text_of(&debug),
            "SELECT ' -- binds: [\"a\"]' WHERE 'x' = $1"
        );
        assert_eq!(Masked(&debug).to_string(), "SELECT '…' WHERE '…' = $1");
    }

    #[test]
    fn built_statements_are_shown() {
        diesel::table! { people (name) { name -> Text, } }
        let query = people::table.filter(people::name.eq("hunter2"));
        let debug = diesel::debug_query::<diesel::pg::Pg, _>(&query);
        assert_eq!(
            text_of(&debug),
            r#"SELECT "people"."name" FROM "people" WHERE ("people"."name" = $1)"#
        );
    }
}
