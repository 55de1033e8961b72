//! The old database and what may be different in one, taken over to the row.

mod blockers;
mod rows;
mod shapes;
mod times;
mod usual;
mod variant;

use diesel::prelude::*;
use spending_db::adoption::{Choice, Options};

use crate::support::TestDatabase;

fn choosing(choices: &[Choice]) -> Options {
    Options {
        resolutions: choices.iter().copied().map(Into::into).collect(),
        ..Options::default()
    }
}

/// A connection that shows times in UTC.
fn session(database: &TestDatabase) -> PgConnection {
    let mut conn = database.conn();
    crate::support::sql::execute(&mut conn, "SET TIME ZONE 'UTC'").unwrap();
    conn
}
