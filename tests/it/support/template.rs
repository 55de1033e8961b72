//! The migrated database that the tests' databases are copies of, and the names of this run's databases.

use std::fs;
use std::hash::{BuildHasher, DefaultHasher, Hash, Hasher, RandomState};
use std::path::Path;
use std::sync::{LazyLock, Mutex};

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};
use diesel_migrations::MigrationHarness;
use spending_db::migrations::MIGRATIONS;

use super::cluster;

const TEMPLATE_PREFIX: &str = "spending_db_template_";
const RUN_PREFIX: &str = "spending_db_test_";

/// This process's run: its template is there.
pub(crate) static RUN: LazyLock<Run> = LazyLock::new(Run::start);

/// The names of a run, and the connection whose advisory locks say that the run goes on.
pub(crate) struct Run {
    pub(crate) template: String,
    prefix: String,
    _locks: Mutex<PgConnection>,
}

impl Run {
    /// The name of the run's database with this number.
    pub(crate) fn database(&self, number: u32) -> String {
        format!("{}_{number}", self.prefix)
    }

    fn start() -> Self {
        let mut conn = cluster::maintenance();
        let template = format!("{TEMPLATE_PREFIX}{:016x}", migrations_hash());
        let prefix = format!("{RUN_PREFIX}{:016x}", RandomState::new().hash_one(0));
        call(&mut conn, "pg_advisory_lock", "spending_db_test");
        sweep(&mut conn, &template);
        call(&mut conn, "pg_advisory_lock_shared", &template);
        call(&mut conn, "pg_advisory_lock_shared", &prefix);
        make_template(&mut conn, &template);
        call(&mut conn, "pg_advisory_unlock", "spending_db_test");
        Self {
            template,
            prefix,
            _locks: Mutex::new(conn),
        }
    }
}

/// Runs a statement that is not worth preparing.
pub(crate) fn execute(conn: &mut PgConnection, statement: &str) {
    diesel::sql_query(statement).execute(conn).unwrap();
}

/// Calls a function of advisory locks for a name.
fn call(conn: &mut PgConnection, function: &str, name: &str) {
    execute(
        conn,
        &format!("SELECT {function}(hashtextextended('{name}', 0))"),
    );
}

/// A stale template is never used: its name belongs to other migrations.
fn migrations_hash() -> u64 {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let mut files: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path().join("up.sql"))
        .filter(|file| file.exists())
        .collect();
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        fs::read(&file).unwrap().hash(&mut hasher);
        file.hash(&mut hasher);
    }
    hasher.finish()
}

/// Makes the template if it is not there. It gets its name when it is complete.
fn make_template(conn: &mut PgConnection, template: &str) {
    let exists = sql::<Bool>("EXISTS (SELECT FROM pg_database WHERE datname = ")
        .bind::<Text, _>(template)
        .sql(")");
    if diesel::select(exists).get_result(conn).unwrap() {
        return;
    }
    let unfinished = format!("{template}_unfinished");
    execute(
        conn,
        &format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)"),
    );
    execute(
        conn,
        &format!("CREATE DATABASE {unfinished} TEMPLATE template0"),
    );
    let mut target = PgConnection::establish(&cluster::url(&unfinished)).unwrap();
    target.run_pending_migrations(MIGRATIONS).unwrap();
    drop(target);
    // Nobody connects to it, so that it is never in use when it is copied.
    execute(
        conn,
        &format!("ALTER DATABASE {unfinished} WITH ALLOW_CONNECTIONS false"),
    );
    execute(
        conn,
        &format!("ALTER DATABASE {unfinished} RENAME TO {template}"),
    );
}

/// Drops what killed runs left on a server that outlives them, and templates that no run uses.
fn sweep(conn: &mut PgConnection, template: &str) {
    let databases = sql::<Text>("SELECT datname::text FROM pg_database");
    let names: Vec<String> = databases.load(conn).unwrap();
    for name in names {
        let owner = if name.starts_with(TEMPLATE_PREFIX) {
            name.trim_end_matches("_unfinished")
        } else if name.starts_with(RUN_PREFIX) {
            name.rsplit_once('_').unwrap().0
        } else {
            continue;
        };
        let lock = format!("pg_try_advisory_lock(hashtextextended('{owner}', 0))");
        if owner != template && diesel::select(sql::<Bool>(&lock)).get_result(conn).unwrap() {
            execute(conn, &format!("DROP DATABASE {name} WITH (FORCE)"));
            call(conn, "pg_advisory_unlock", owner);
        }
    }
}
