//! A database as large as a real one.

use diesel::PgConnection;
use diesel::connection::SimpleConnection;

/// Fills an empty database: 100,000 transactions, and thousands of everything else that the operations ask for. Ids start at 1.
pub(crate) fn fill(conn: &mut PgConnection) {
    conn.batch_execute(include_str!("volume.sql")).unwrap();
}
