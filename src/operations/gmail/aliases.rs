//! The names that banks and receipts are known to use for one shop.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

use crate::Result;

/// Adds the aliases that the application starts with, those of Amazon, Uber, Netflix and the like, and says how many were
/// missing. A pair of names that is there in whatever case stays as it is, in use or not. Calls at the same time add each once.
pub fn seed_aliases(conn: &mut PgConnection) -> Result<usize> {
    conn.transaction(|conn| {
        conn.batch_execute("SELECT pg_advisory_xact_lock(hashtext('spending-db: seed aliases'))")?;
        Ok(diesel::sql_query(include_str!("seed_aliases.sql")).execute(conn)?)
    })
}
