//! A database with workers on it.

use std::time::Duration;

use diesel::prelude::*;
use spending_db::jobs::{Registry, Worker, WorkerBuilder};
use spending_db::models::system::SyncJob;
use spending_db::types::{EVERYONE, SyncJobId, SyncJobState};
use spending_db::{Config, Database};

use super::kinds;
use crate::household::ask;
use crate::support::{TestDatabase, execute, wait_until};

pub(crate) struct Place {
    pub(crate) test: TestDatabase,
    pub(crate) database: Database,
}

impl Place {
    /// A database with the tables of the test's kinds of jobs.
    pub(crate) fn new() -> Self {
        let test = TestDatabase::new();
        let config = Config::from_url(&test.url()).unwrap().pool_size(20);
        let database = Database::open(config).unwrap();
        Self::on(test, database)
    }

    /// As [`Place::new`], on a database that is open already.
    pub(crate) fn on(test: TestDatabase, database: Database) -> Self {
        execute(
            &mut test.conn(),
            "CREATE TABLE notes (id serial, job bigint, attempt integer, text text)",
        );
        execute(&mut test.conn(), "CREATE TABLE gates (name text)");
        Self { test, database }
    }

    /// A worker for the test's kinds that looks often.
    pub(crate) fn worker(&self, threads: usize) -> WorkerBuilder {
        self.worker_for(kinds::registry(), threads)
    }

    pub(crate) fn worker_for(&self, registry: Registry, threads: usize) -> WorkerBuilder {
        Worker::builder(&self.database, registry)
            .threads(threads)
            .poll(Duration::from_millis(50))
    }

    pub(crate) fn conn(&self) -> PgConnection {
        self.test.conn()
    }

    pub(crate) fn execute(&self, statement: &str) {
        execute(&mut self.conn(), statement);
    }

    /// What one SQL expression says, as text.
    pub(crate) fn ask(&self, query: &str) -> String {
        ask(&mut self.conn(), query)
    }

    pub(crate) fn job(&self, id: SyncJobId) -> SyncJob {
        SyncJob::find(&mut self.conn(), EVERYONE, id).unwrap()
    }

    /// The texts of the notes, in the order in which they were made.
    pub(crate) fn notes(&self) -> Vec<String> {
        let notes = self.ask("SELECT coalesce(string_agg(text, ',' ORDER BY id), '') FROM notes");
        let notes = notes.split(',').filter(|note| !note.is_empty());
        notes.map(str::to_owned).collect()
    }

    /// Jobs by their state, such as `completed 3, failed 1`.
    pub(crate) fn states(&self) -> String {
        self.ask(
            "SELECT string_agg(state || ' ' || n, ', ' ORDER BY state) \
             FROM (SELECT state, count(*) AS n FROM sync_jobs GROUP BY state) AS states",
        )
    }

    pub(crate) fn wait_for(&self, id: SyncJobId, state: SyncJobState) -> SyncJob {
        wait_until(|| self.job(id).state == state);
        self.job(id)
    }

    pub(crate) fn open_gate(&self, name: &str) {
        self.execute(&format!("INSERT INTO gates VALUES ('{name}')"));
    }
}
