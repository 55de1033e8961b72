//! Many at once, one after the other, and one that is killed.

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::migration::MigrationConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::Value;
use spending_db::database::connect;
use spending_db::migrations::{Count, Migrator, Options, RevertOptions};
use spending_db::{Config, Error};

use super::{Folder, advisory_locks, names, sql, tables};
use crate::support::{TestDatabase, program, wait_until};

fn start_migrating(database: &TestDatabase) -> Child {
    program(&["migrate", "run", "--json"])
        .env("DATABASE_URL", database.url())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn count(conn: &mut PgConnection, query: &str) -> i64 {
    sql::<BigInt>(query).get_result(conn).unwrap()
}

#[test]
fn twenty_processes_at_once_apply_each_migration_once() {
    let database = TestDatabase::empty();
    let processes: Vec<Child> = (0..20).map(|_| start_migrating(&database)).collect();
    let mut applied: BTreeMap<String, u32> = BTreeMap::new();
    for process in processes {
        let output = process.wait_with_output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        let answer: Value = serde_json::from_slice(&output.stdout).unwrap();
        for migration in answer["applied"].as_array().unwrap() {
            let name = migration["name"].as_str().unwrap();
            *applied.entry(name.to_owned()).or_default() += 1;
        }
    }
    let conn = &mut database.conn();
    let status = Migrator::embedded(Options::default()).status(conn).unwrap();
    let once: BTreeMap<String, u32> = status.into_iter().map(|m| (m.name.unwrap(), 1)).collect();
    assert_eq!(applied, once);
    assert!(
        Migrator::embedded(Options::default())
            .pending(conn)
            .unwrap()
            .is_empty()
    );
    assert_eq!(advisory_locks(conn), 0);
}

#[test]
fn a_process_that_is_killed_leaves_nothing_and_the_next_makes_it_good() {
    let database = TestDatabase::empty();
    let mut outside = database.conn();
    outside.setup().unwrap();
    // Whoever applies a migration can do everything but record it.
    outside
        .batch_execute("BEGIN; LOCK TABLE __diesel_schema_migrations IN SHARE MODE")
        .unwrap();
    let mut process = start_migrating(&database);
    let mut observer = database.conn();
    wait_until(|| {
        let recording = "SELECT count(*) FROM pg_locks \
             WHERE NOT granted AND relation = '__diesel_schema_migrations'::regclass";
        count(&mut observer, recording) == 1
    });
    assert_eq!(advisory_locks(&mut observer), 1);
    process.kill().unwrap();
    process.wait().unwrap();
    outside.batch_execute("COMMIT").unwrap();
    wait_until(|| advisory_locks(&mut observer) == 0);
    assert_eq!(tables(&mut observer), ["__diesel_schema_migrations"]);
    assert_eq!(
        count(
            &mut observer,
            "SELECT count(*) FROM __diesel_schema_migrations"
        ),
        0
    );
    assert_eq!(
        count(
            &mut observer,
            "SELECT count(*) FROM pg_proc WHERE proname LIKE 'diesel%'"
        ),
        0
    );

    let again = start_migrating(&database).wait_with_output().unwrap();
    assert!(again.status.success());
    assert!(
        Migrator::embedded(Options::default())
            .pending(&mut observer)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_lock_that_is_not_to_be_had_is_told_with_its_holder() {
    const PATIENCE: Duration = Duration::from_millis(150);

    let database = TestDatabase::empty();
    let folder = Folder::new(&[(
        "1_slow",
        "LOCK TABLE gate; CREATE TABLE a (n int);",
        "DROP TABLE a;",
    )]);
    let patient = Options {
        lock_timeout: None,
        table_lock_timeout: None,
        ..Options::default()
    };
    let mut gate = database.conn();
    gate.batch_execute("CREATE TABLE gate ()").unwrap();
    gate.batch_execute("BEGIN; LOCK TABLE gate").unwrap();
    let config = Config::from_url(&database.url())
        .unwrap()
        .application_name("slow coach");
    thread::scope(|scope| {
        let holder = scope.spawn(|| {
            let conn = &mut connect(&config).unwrap();
            folder.migrator(patient).run(conn).unwrap()
        });
        let conn = &mut database.conn();
        wait_until(|| advisory_locks(conn) == 1);
        let impatient = Options {
            lock_timeout: Some(PATIENCE),
            ..patient
        };
        let asked = Instant::now();
        let error = folder.migrator(impatient).run(conn).unwrap_err();
        assert!(asked.elapsed() >= PATIENCE, "{:?}", asked.elapsed());
        assert!(matches!(error, Error::Migration(_)));
        let message = error.to_string();
        assert!(message.starts_with("migration: waited "), "{message}");
        assert!(message.contains("(slow coach) holds the lock"), "{message}");

        let waiter = scope.spawn(|| folder.migrator(patient).run(&mut database.conn()).unwrap());
        thread::sleep(PATIENCE);
        assert!(!waiter.is_finished(), "it did not wait");
        gate.batch_execute("COMMIT").unwrap();
        assert_eq!(names(&holder.join().unwrap()), ["1_slow"]);
        assert!(waiter.join().unwrap().is_empty(), "it was applied twice");
    });
}

#[test]
fn an_index_is_built_concurrently_while_others_wait() {
    let database = TestDatabase::empty();
    let folder = Folder::new(&[
        (
            "1_table",
            "CREATE TABLE a (n int); SELECT pg_sleep(0.3);",
            "DROP TABLE a;",
        ),
        (
            "2_index",
            "CREATE INDEX CONCURRENTLY a_n ON a (n);",
            "DROP INDEX CONCURRENTLY a_n;",
        ),
    ]);
    folder.write("2_index", "metadata.toml", "run_in_transaction = false");
    let migrator = || folder.migrator(Options::default());
    let applied: usize = thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| migrator().run(&mut database.conn()).unwrap().len()))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .sum()
    });
    assert_eq!(applied, 2);
    let conn = &mut database.conn();
    conn.batch_execute("INSERT INTO a VALUES (1), (1)").unwrap();
    assert_eq!(
        names(
            &migrator()
                .redo(conn, Count::Last(1), RevertOptions { lose_data: true })
                .unwrap()
        ),
        ["2_index"]
    );

    folder.write(
        "3_fails",
        "up.sql",
        "CREATE UNIQUE INDEX CONCURRENTLY a_unique ON a (n);",
    );
    folder.write("3_fails", "metadata.toml", "run_in_transaction = false");
    assert_eq!(
        migrator().run(conn).unwrap_err().to_string(),
        "migration: 3_fails, up.sql line 1, statement 1 of 1 (CREATE UNIQUE INDEX CONCURRENTLY a_unique ON a (n)): \
         could not create unique index \"a_unique\""
    );
}

#[test]
fn applying_and_doing_again_at_once_ends_in_order() {
    let database = TestDatabase::new();
    thread::scope(|scope| {
        for number in 0..6 {
            let database = &database;
            scope.spawn(move || {
                let migrator = Migrator::embedded(Options::default());
                let conn = &mut database.conn();
                if number % 2 == 0 {
                    assert_eq!(
                        migrator
                            .redo(conn, Count::Last(2), RevertOptions::default())
                            .unwrap()
                            .len(),
                        2
                    );
                } else {
                    assert_eq!(migrator.run(conn).unwrap(), []);
                }
            });
        }
    });
    let conn = &mut database.conn();
    assert!(
        Migrator::embedded(Options::default())
            .pending(conn)
            .unwrap()
            .is_empty()
    );
    assert_eq!(advisory_locks(conn), 0);
}
