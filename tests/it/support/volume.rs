//! A database as large as a real one.

use diesel::PgConnection;
use diesel::connection::SimpleConnection;

/// Fills an empty database: 100,000 transactions of accounts, as many of cards, and what they belong to. Ids start at 1.
pub(crate) fn fill(conn: &mut PgConnection) {
    conn.batch_execute(include_str!("volume.sql")).unwrap();
}
