//! Behind a real `PgBouncer` in transaction mode, with fewer server connections than there are clients.

mod limits;
mod schema;
mod work;

use spending_db::config::Pooler;
use spending_db::{Config, Database};

use crate::support::{Bouncer, TestDatabase, execute};

/// A database with the limits that the default configuration asks for, and a pooler in front of it.
fn pooled(connections: u32) -> Option<(TestDatabase, Bouncer)> {
    let test = TestDatabase::new();
    limit(&test, "5min", "10s");
    let bouncer = Bouncer::start(&test, connections)?;
    Some((test, bouncer))
}

/// Sets the limits of new sessions.
fn limit(test: &TestDatabase, statement: &str, lock: &str) {
    for (name, limit) in [("statement_timeout", statement), ("lock_timeout", lock)] {
        execute(
            &mut test.conn(),
            &format!(
                "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET {name} = ''{limit}''', current_database()); END $$"
            ),
        );
    }
}

fn config(test: &TestDatabase, bouncer: &Bouncer) -> Config {
    Config::from_url(&bouncer.url(test))
        .unwrap()
        .pooler(Pooler::Transaction)
        .pool_size(16)
}

fn open(test: &TestDatabase, bouncer: &Bouncer) -> Database {
    Database::open(config(test, bouncer)).unwrap()
}
