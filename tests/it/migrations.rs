//! Migrations: once, whole, under a lock, and what is said when they are not.

mod commands;
mod failures;
mod lint;
mod locking;
mod losses;

use std::fs;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use diesel_migrations::{FileBasedMigrations, MigrationHarness};
use spending_db::database::connect;
use spending_db::migrations::{self, Count, Done, MIGRATIONS, Migrator, Options, RevertOptions};
use spending_db::{Config, Database, Error};
use tempfile::TempDir;

use crate::support::TestDatabase;

/// A folder of migrations, each a name with what applies it and what reverts it.
struct Folder(TempDir);

impl Folder {
    fn new(migrations: &[(&str, &str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (name, up, down) in migrations {
            folder.write(name, "up.sql", up);
            folder.write(name, "down.sql", down);
        }
        folder
    }

    fn write(&self, migration: &str, file: &str, text: &str) {
        let folder = self.0.path().join(migration);
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(file), text).unwrap();
    }

    fn migrator(&self, options: Options) -> Migrator<FileBasedMigrations> {
        Migrator::new(
            FileBasedMigrations::from_path(self.0.path()).unwrap(),
            options,
        )
    }
}

fn names(done: &[Done]) -> Vec<&str> {
    done.iter().map(|done| done.name.as_str()).collect()
}

fn tables(conn: &mut PgConnection) -> Vec<String> {
    sql::<Text>("SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        .load(conn)
        .unwrap()
}

/// The advisory locks that anybody holds on this database.
fn advisory_locks(conn: &mut PgConnection) -> i64 {
    sql::<BigInt>(
        "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database \
         WHERE locktype = 'advisory' AND datname = current_database()",
    )
    .get_result(conn)
    .unwrap()
}

fn setting(conn: &mut PgConnection, name: &str) -> String {
    diesel::select(sql::<Text>(&format!("current_setting('{name}')")))
        .get_result(conn)
        .unwrap()
}

const TWO: [(&str, &str, &str); 2] = [
    ("1_first", "CREATE TABLE a (n int);", "DROP TABLE a;"),
    ("2_second", "CREATE TABLE b (n int);", "DROP TABLE b;"),
];

#[test]
fn what_is_applied_is_what_diesel_believes() {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    let done = migrations::run(conn, &Options::default()).unwrap();
    assert!(!done.is_empty());
    assert!(!conn.has_pending_migration(MIGRATIONS).unwrap());
    let mut versions: Vec<String> = conn
        .applied_migrations()
        .unwrap()
        .iter()
        .map(ToString::to_string)
        .collect();
    versions.sort();
    let told: Vec<&String> = done.iter().map(|done| &done.version).collect();
    assert_eq!(versions.iter().collect::<Vec<_>>(), told);
    assert_eq!(migrations::run(conn, &Options::default()).unwrap(), []);
    assert_eq!(advisory_locks(conn), 0);

    conn.revert_last_migration(MIGRATIONS).unwrap();
    let migrator = Migrator::embedded(Options::default());
    let last = done.last().unwrap();
    assert_eq!(migrator.pending(conn).unwrap(), [last.name.as_str()]);
    assert_eq!(names(&migrator.run(conn).unwrap()), [&last.name]);
}

#[test]
fn looking_for_work_writes_nothing() {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    let folder = Folder::new(&TWO);
    let migrator = folder.migrator(Options::default());
    assert_eq!(migrator.pending(conn).unwrap(), ["1_first", "2_second"]);
    let status = migrator.status(conn).unwrap();
    assert!(
        status
            .iter()
            .all(|migration| migration.applied_at.is_none())
    );
    assert!(tables(conn).is_empty());
    conn.batch_execute("SET default_transaction_read_only = on")
        .unwrap();
    assert_eq!(migrator.pending(conn).unwrap().len(), 2);
}

#[test]
fn with_nothing_pending_a_read_only_server_will_do() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    conn.batch_execute("SET default_transaction_read_only = on")
        .unwrap();
    assert_eq!(migrations::run(conn, &Options::default()).unwrap(), []);
}

#[test]
fn status_tells_when_and_what_is_unknown() {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    conn.batch_execute("SET TIME ZONE 'UTC'").unwrap();
    let folder = Folder::new(&TWO[..1]);
    let before = chrono::Utc::now() - chrono::TimeDelta::seconds(1);
    folder.migrator(Options::default()).run(conn).unwrap();
    conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('0')")
        .unwrap();
    let both = Folder::new(&TWO);
    let status = both.migrator(Options::default()).status(conn).unwrap();
    let seen: Vec<_> = status
        .iter()
        .map(|m| {
            (
                m.version.as_str(),
                m.name.as_deref(),
                m.applied_at.is_some(),
            )
        })
        .collect();
    assert_eq!(
        seen,
        [
            ("0", None, true),
            ("1", Some("1_first"), true),
            ("2", Some("2_second"), false)
        ]
    );
    let at = status[1].applied_at.unwrap();
    assert!(
        before < at && at <= chrono::Utc::now() + chrono::TimeDelta::seconds(1),
        "{at}"
    );
}

#[test]
fn reverting_and_doing_again() {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    let folder = Folder::new(&TWO);
    let migrator = folder.migrator(Options::default());
    assert_eq!(
        migrator
            .revert(conn, Count::All, RevertOptions::default())
            .unwrap(),
        []
    );
    migrator.run(conn).unwrap();
    for wrong in [0, 3, usize::MAX] {
        let error = migrator
            .revert(conn, Count::Last(wrong), RevertOptions::default())
            .unwrap_err();
        assert_eq!(
            error.to_string(),
            "count: takes 1 to 2, the number of applied migrations"
        );
    }
    conn.batch_execute("INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)")
        .unwrap();
    let consent = RevertOptions { lose_data: true };
    assert_eq!(
        names(&migrator.redo(conn, Count::Last(1), consent).unwrap()),
        ["2_second"]
    );
    let rows: (i64, i64) = diesel::select((
        sql::<BigInt>("(SELECT count(*) FROM a)"),
        sql::<BigInt>("(SELECT count(*) FROM b)"),
    ))
    .get_result(conn)
    .unwrap();
    assert_eq!(rows, (1, 0));
    assert_eq!(
        names(
            &migrator
                .revert(conn, Count::Last(1), RevertOptions::default())
                .unwrap()
        ),
        ["2_second"]
    );
    assert_eq!(names(&migrator.run(conn).unwrap()), ["2_second"]);
    assert_eq!(
        names(&migrator.redo(conn, Count::All, consent).unwrap()),
        ["1_first", "2_second"]
    );
    assert_eq!(
        names(
            &migrator
                .revert(conn, Count::All, RevertOptions::default())
                .unwrap()
        ),
        ["2_second", "1_first"]
    );
    assert_eq!(tables(conn), ["__diesel_schema_migrations"]);
    assert_eq!(advisory_locks(conn), 0);
}

#[test]
fn a_newer_database_is_refused_unless_allowed() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    conn.batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000'), ('29990102000000')")
        .unwrap();
    let is_refused = |outcome: Result<(), Error>| match outcome {
        Err(Error::NewerDatabase { unknown }) => unknown == ["29990101000000", "29990102000000"],
        _ => false,
    };
    let config = Config::from_url(&database.url()).unwrap();
    let migrator = Migrator::embedded(Options::default());
    assert!(is_refused(Database::open(config.clone()).map(|_| ())));
    assert!(is_refused(
        Database::open(config.clone().migrate_on_open(false)).map(|_| ())
    ));
    assert!(is_refused(migrator.run(conn).map(|_| ())));
    assert!(is_refused(migrator.pending(conn).map(|_| ())));

    Database::open(config.allow_newer_database(true)).unwrap();
    let tolerant = Migrator::embedded(Options {
        allow_newer_database: true,
        ..Options::default()
    });
    assert!(tolerant.run(conn).unwrap().is_empty());
    let error = tolerant
        .revert(conn, Count::Last(1), RevertOptions::default())
        .unwrap_err();
    assert!(matches!(error, Error::NewerDatabase { unknown } if unknown == ["29990102000000"]));
}

#[test]
fn time_limits_of_the_session_do_not_hold_for_migrations_and_come_back() {
    let database = TestDatabase::empty();
    let folder = Folder::new(&[(
        "1_slow",
        "SELECT pg_sleep(0.9); CREATE TABLE a (n int);",
        "DROP TABLE a;",
    )]);
    let config = Config::from_url(&database.url())
        .unwrap()
        .pool_size(1)
        .migrate_on_open(false)
        .statement_timeout(Some(Duration::from_millis(600)))
        .lock_timeout(Some(Duration::from_secs(3)));
    let migrator = folder.migrator(config.migration_options());
    let check = |conn: &mut PgConnection| {
        assert_eq!(names(&migrator.run(conn).unwrap()), ["1_slow"]);
        assert_eq!(setting(conn, "statement_timeout"), "600ms");
        assert_eq!(setting(conn, "lock_timeout"), "3s");
        assert_eq!(
            names(
                &migrator
                    .revert(conn, Count::All, RevertOptions::default())
                    .unwrap()
            ),
            ["1_slow"]
        );
    };
    check(&mut connect(&config).unwrap());
    let handle = Database::open(config.clone()).unwrap();
    check(&mut handle.conn().unwrap());
}
