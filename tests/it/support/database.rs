//! A database of one test.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex};
use std::thread;

use diesel::prelude::*;

use super::cluster;
use super::old_database;
use super::template::RUN;
use super::volume;

static NEXT: AtomicU32 = AtomicU32::new(1);

/// The database that the filled ones are copies of.
static FILLED: LazyLock<String> = LazyLock::new(|| TestDatabase::new().kept(volume::fill));

/// The database that the old ones are copies of.
static OLD: LazyLock<String> = LazyLock::new(|| TestDatabase::empty().kept(old_database::build));

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

    /// A database as large as a real one, filled once a run: 100,000 transactions, and thousands of everything else that the
    /// operations ask for. Ids start at 1.
    pub(crate) fn filled() -> Self {
        Self::copy_of(&FILLED)
    }

    /// A database as the old application made it, with rows in every table.
    pub(crate) fn old() -> Self {
        Self::copy_of(&OLD)
    }

    /// Its name, once it is filled, for copies of it. The next run sweeps it where the server outlives this one.
    fn kept(self, fill: fn(&mut PgConnection)) -> String {
        fill(&mut self.conn());
        let name = self.name.clone();
        std::mem::forget(self);
        name
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
