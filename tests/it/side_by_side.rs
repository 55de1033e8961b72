//! Old code beside the new: statements that name what the old database had, as its functions are known to have run them, with
//! values as its driver writes them into the text.

mod command;
mod core;
mod enrichment;
mod gmail;
mod no_other_way;
mod purchases;
mod refused;
mod rules;
mod switch;
mod truelayer;
mod writers;

use diesel::prelude::*;

use crate::support::TestDatabase;
use crate::support::sql::execute;

/// A connection as old code has it: in UTC.
fn session(db: &TestDatabase) -> PgConnection {
    let mut conn = db.conn();
    execute(&mut conn, "SET TIME ZONE 'UTC'").unwrap();
    conn
}

/// Runs statements of old code; each has to meet this many rows.
#[track_caller]
fn run(conn: &mut PgConnection, statements: &[(&str, usize)]) {
    for (statement, rows) in statements {
        assert_eq!(execute(conn, statement), Ok(*rows), "{statement}");
    }
}
