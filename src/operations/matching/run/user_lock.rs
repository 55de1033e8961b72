//! Runs for one user go one after the other; a run for everybody goes alone.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::Result;
use crate::types::UserId;

/// Waits until no other run is in the way, and keeps them out while `work` goes through its transactions. The lock is the
/// session's: it goes with the connection, too.
pub(super) fn alone<T>(
    conn: &mut PgConnection,
    user: Option<UserId>,
    work: impl FnOnce(&mut PgConnection) -> Result<T>,
) -> Result<T> {
    let (take, give_back) = match user {
        Some(UserId(user)) => (
            format!("pg_advisory_lock_shared({ALL}, 0), pg_advisory_lock({ALL}, {user})"),
            format!("pg_advisory_unlock({ALL}, {user}), pg_advisory_unlock_shared({ALL}, 0)"),
        ),
        None => (
            format!("pg_advisory_lock({ALL}, 0)"),
            format!("pg_advisory_unlock({ALL}, 0)"),
        ),
    };
    conn.transaction(|conn| {
        conn.batch_execute(&format!(
            "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT {take}"
        ))
    })?;
    let outcome = work(conn);
    let unlocked = conn.batch_execute(&format!("SELECT {give_back}"));
    let value = outcome?;
    unlocked?;
    Ok(value)
}

const ALL: &str = "hashtext('spending-db: matching')";
