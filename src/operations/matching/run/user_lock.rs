//! Runs for one user go one after the other; a run for everybody goes alone.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::Result;
use crate::database::beside;
use crate::types::UserId;

/// Waits until no other run is in the way, and keeps them out while `work` goes through its transactions. The lock is the
/// session's: it goes with the connection, too. Where the connection has no session, a transaction on another one holds it.
pub(super) fn alone<T>(
    conn: &mut PgConnection,
    user: Option<UserId>,
    work: impl FnOnce(&mut PgConnection) -> Result<T>,
) -> Result<T> {
    if let Some(mut holder) = beside(conn)? {
        return holder.transaction(|holder| {
            take(holder, "pg_advisory_xact_lock", user)?;
            work(conn)
        });
    }
    conn.transaction(|conn| take(conn, "pg_advisory_lock", user))?;
    let outcome = work(conn);
    let give_back = match user {
        Some(UserId(user)) => {
            format!("pg_advisory_unlock({ALL}, {user}), pg_advisory_unlock_shared({ALL}, 0)")
        }
        None => format!("pg_advisory_unlock({ALL}, 0)"),
    };
    let unlocked = conn.batch_execute(&format!("SELECT {give_back}"));
    let value = outcome?;
    unlocked?;
    Ok(value)
}

/// Takes the locks with a function of that name, in a transaction.
fn take(conn: &mut PgConnection, function: &str, user: Option<UserId>) -> Result<()> {
    let locks = match user {
        Some(UserId(user)) => {
            format!("{function}_shared({ALL}, 0), {function}({ALL}, {user})")
        }
        None => format!("{function}({ALL}, 0)"),
    };
    Ok(conn.batch_execute(&format!(
        "SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0; SELECT {locks}"
    ))?)
}

const ALL: &str = "hashtext('spending-db: matching')";
