//! A database as the old application left it: the catalog of `tests/old_database.json`, with rows in every table.

mod change;
mod tables;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;

pub(crate) use self::change::Change;
pub(crate) use self::tables::{OldTable, catalog};
use super::TestDatabase;
use super::template::execute;

const ROWS: [&str; 7] = [
    include_str!("old_database/core.sql"),
    include_str!("old_database/truelayer.sql"),
    include_str!("old_database/purchases.sql"),
    include_str!("old_database/gmail.sql"),
    include_str!("old_database/enrichment.sql"),
    include_str!("old_database/legacy.sql"),
    include_str!("old_database/system.sql"),
];

/// Builds it in a database with nothing in it.
pub(super) fn build(conn: &mut PgConnection) {
    let tables = catalog();
    tables::create(conn, &tables);
    for rows in ROWS {
        conn.batch_execute(rows).unwrap();
    }
    tables::advance_sequences(conn, &tables);
    tables::finish(conn, &tables);
}

/// An old database that differs from the usual one.
pub(crate) fn changed(changes: &[Change]) -> TestDatabase {
    let database = TestDatabase::old();
    let conn = &mut database.conn();
    for change in changes {
        for statement in change.statements(conn) {
            execute(conn, &statement);
        }
    }
    database
}
