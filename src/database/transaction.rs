//! Transactions of [`Database`](super::Database).

use diesel::PgConnection;
use diesel::connection::{AnsiTransactionManager, TransactionManager};

use crate::config::{Config, Pooler};
use crate::error::{Error, Result};

/// How transactions begin.
pub(super) struct Begin {
    writing: String,
    reading: String,
}

impl Begin {
    pub(super) fn new(config: &Config) -> Self {
        let limits = match config.pooler {
            // They are the session's.
            Pooler::Session => String::new(),
            Pooler::Transaction => set_limits(config),
        };
        Self {
            writing: format!("BEGIN{limits}"),
            reading: format!("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY{limits}"),
        }
    }

    pub(super) fn writing(&self) -> &str {
        &self.writing
    }

    pub(super) fn reading(&self) -> &str {
        &self.reading
    }
}

/// The time limits, in the round trip that begins the transaction.
fn set_limits(config: &Config) -> String {
    let limits = config.limits();
    let statements = limits.iter().filter_map(|limit| {
        let milliseconds = limit.milliseconds?;
        Some(format!("; SET LOCAL {} = {milliseconds}", limit.name))
    });
    statements.collect()
}

/// Runs `work` in a transaction; its own error is told even where the connection was lost with it.
pub(super) fn run<T, E>(
    conn: &mut PgConnection,
    begin: &str,
    work: impl FnOnce(&mut PgConnection) -> Result<T, E>,
) -> Result<T, E>
where
    E: From<Error> + From<diesel::result::Error>,
{
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
