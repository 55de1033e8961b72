//! A database of one test.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use diesel::prelude::*;

use super::cluster;
use super::template::RUN;

static NEXT: AtomicU32 = AtomicU32::new(1);

/// A database that only one test uses, dropped with this handle whoever is still connected.
pub(crate) struct TestDatabase {
    name: String,
}

impl TestDatabase {
    /// A database with all migrations applied, and no rows but theirs.
    pub(crate) fn new() -> Self {
        Self::copy_of(&RUN.template)
    }

    /// A database with nothing in it.
    pub(crate) fn empty() -> Self {
        Self::copy_of("template0")
    }

    fn copy_of(template: &str) -> Self {
        let name = RUN.database(NEXT.fetch_add(1, Ordering::Relaxed));
        // Measured with the 52 tables, without fsync: 32 to 43 ms; `wal_log`, the default, 59 to 134 ms.
        administer(&format!(
            "CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy"
        ))
        .unwrap();
        Self { name }
    }

    /// The address of the database.
    pub(crate) fn url(&self) -> String {
        cluster::url(&self.name)
    }

    /// A new connection.
    pub(crate) fn conn(&self) -> PgConnection {
        PgConnection::establish(&self.url()).unwrap()
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let outcome = administer(&format!("DROP DATABASE {} WITH (FORCE)", self.name));
        if !thread::panicking() {
            outcome.unwrap();
        }
    }
}

/// Runs a statement on a maintenance connection; one that worked serves again.
fn administer(statement: &str) -> QueryResult<usize> {
    static IDLE: Mutex<Vec<PgConnection>> = Mutex::new(Vec::new());
    let idle = IDLE.lock().unwrap().pop();
    let mut conn = idle.unwrap_or_else(cluster::maintenance);
    let outcome = diesel::sql_query(statement).execute(&mut conn)?;
    IDLE.lock().unwrap().push(conn);
    Ok(outcome)
}
