//! A database as large as a real one.

use diesel::PgConnection;
use diesel::connection::SimpleConnection;

/// Fills an empty database.
pub(super) fn fill(conn: &mut PgConnection) {
    conn.batch_execute(include_str!("volume.sql")).unwrap();
}
