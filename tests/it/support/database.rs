//! A database of one test.

use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use diesel::prelude::*;

use super::cluster;
use super::template::{RUN, execute};

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
        let statement = format!("CREATE DATABASE {name} TEMPLATE {template}");
        execute(&mut cluster::maintenance(), &statement);
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
        let statement = format!("DROP DATABASE {} WITH (FORCE)", self.name);
        let outcome = diesel::sql_query(statement).execute(&mut cluster::maintenance());
        if !thread::panicking() {
            outcome.unwrap();
        }
    }
}
