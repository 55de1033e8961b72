//! A migration that fails leaves nothing behind, and the error says where it failed.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::migrations::{Count, Migrator, Options, RevertOptions};
use spending_db::{Config, Database, Error};

use super::{Folder, advisory_locks, names, setting, tables};
use crate::support::TestDatabase;

/// Runs a migration that fails, after one that does not, on a connection of this crate and on one made elsewhere; checks
/// that nothing of it is left, and gives the error's text.
fn failure(up: &str) -> String {
    let database = TestDatabase::empty();
    let folder = Folder::new(&[
        (
            "1_good",
            "CREATE TABLE good (n int PRIMARY KEY);",
            "DROP TABLE good;",
        ),
        ("2_bad", up, ""),
        ("3_never", "CREATE TABLE never (n int);", ""),
    ]);
    let migrator = folder.migrator(Options::default());
    let attempt = |conn: &mut PgConnection| {
        let limits = [
            setting(conn, "statement_timeout"),
            setting(conn, "lock_timeout"),
        ];
        let error = migrator.run(conn).unwrap_err();
        assert!(matches!(error, Error::Migration(_)), "{error}");
        assert_eq!(tables(conn), ["__diesel_schema_migrations", "good"]);
        assert_eq!(migrator.pending(conn).unwrap(), ["2_bad", "3_never"]);
        assert_eq!(advisory_locks(conn), 0);
        assert_eq!(
            [
                setting(conn, "statement_timeout"),
                setting(conn, "lock_timeout")
            ],
            limits
        );
        migrator
            .revert(conn, Count::All, RevertOptions::default())
            .unwrap();
        error.to_string()
    };
    let config = Config::from_url(&database.url()).unwrap();
    let handle = Database::open(config.pool_size(1).migrate_on_open(false)).unwrap();
    let message = attempt(&mut handle.conn().unwrap());
    assert_eq!(attempt(&mut database.conn()), message);
    message
}

#[test]
fn where_the_server_says_the_place() {
    assert_eq!(
        failure(
            "CREATE TABLE bad (n int);\n-- Zürich; 'quotes'\nINSERT INTO bad\n  SELECT nothing FROM good;\nSELECT 1;"
        ),
        "migration: 2_bad, up.sql line 3, statement 2 of 3 (INSERT INTO bad SELECT nothing FROM good): \
         column \"nothing\" does not exist; nothing of it was kept; applied before it: 1_good"
    );
    assert_eq!(
        failure("CREATE TABLE bad (n int);\nCREATE TABEL oops (n int);"),
        "migration: 2_bad, up.sql line 2, statement 2 of 2 (CREATE TABEL oops (n int)): \
         syntax error at or near \"TABEL\"; nothing of it was kept; applied before it: 1_good"
    );
}

#[test]
fn where_the_server_does_not_say_the_place() {
    assert_eq!(
        failure(
            "CREATE TABLE bad (n int);\n\nDO $$ BEGIN PERFORM 1; END $$;\n\
             INSERT INTO good VALUES (7);\n  INSERT INTO good VALUES (7); SELECT 'never';"
        ),
        "migration: 2_bad, up.sql line 5, statement 4 of 5 (INSERT INTO good VALUES (7)): \
         duplicate key value violates unique constraint \"good_pkey\"; \
         nothing of it was kept; applied before it: 1_good"
    );
    assert_eq!(
        failure("CREATE TABLE bad (n int);\nDO $$ BEGIN\n  RAISE EXCEPTION 'no; never';\nEND $$;"),
        "migration: 2_bad, up.sql line 2, statement 2 of 2 (DO $$ BEGIN RAISE EXCEPTION 'no; never'; END $$): \
         no; never; nothing of it was kept; applied before it: 1_good"
    );
}

#[test]
fn where_it_fails_only_at_the_end() {
    assert_eq!(
        failure(
            "CREATE TABLE bad (n int UNIQUE DEFERRABLE INITIALLY DEFERRED);\nINSERT INTO bad VALUES (1), (1);"
        ),
        "migration: 2_bad, up.sql line 1, statement 1 of 1 (COMMIT): \
         duplicate key value violates unique constraint \"bad_n_key\"; \
         nothing of it was kept; applied before it: 1_good"
    );
}

#[test]
fn an_empty_migration_is_named() {
    let message = failure("");
    assert!(
        message.starts_with("migration: 2_bad: ") && message.contains("empty"),
        "{message}"
    );
}

#[test]
fn a_failure_costs_the_pool_no_connection() {
    let database = TestDatabase::empty();
    let config = Config::from_url(&database.url()).unwrap();
    let handle = Database::open(config.pool_size(1).migrate_on_open(false)).unwrap();
    let folder = Folder::new(&[("1_bad", "SELECT 1 / 0;", "")]);
    let pid = |conn: &mut PgConnection| -> i32 {
        diesel::select(super::sql::<diesel::sql_types::Integer>("pg_backend_pid()"))
            .get_result(conn)
            .unwrap()
    };
    let mut conn = handle.conn().unwrap();
    let before = pid(&mut conn);
    folder
        .migrator(Options::default())
        .run(&mut conn)
        .unwrap_err();
    drop(conn);
    assert_eq!(pid(&mut handle.conn().unwrap()), before);
}

#[test]
fn a_table_in_use_is_waited_for_and_then_left_alone() {
    let database = TestDatabase::empty();
    let folder = Folder::new(&[(
        "1_change",
        "CREATE TABLE new (n int); ALTER TABLE busy ADD m int;",
        "",
    )]);
    let options = Options {
        table_lock_timeout: Some(Duration::from_millis(100)),
        ..Options::default()
    };
    let mut user = database.conn();
    user.batch_execute("CREATE TABLE busy (n int)").unwrap();
    user.batch_execute("BEGIN; SELECT * FROM busy").unwrap();
    let conn = &mut database.conn();
    assert_eq!(
        folder.migrator(options).run(conn).unwrap_err().to_string(),
        "migration: 1_change, up.sql line 1, statement 2 of 2 (ALTER TABLE busy ADD m int): \
         canceling statement due to lock timeout; nothing of it was kept"
    );
    assert_eq!(tables(conn), ["__diesel_schema_migrations", "busy"]);
    user.batch_execute("COMMIT").unwrap();
    assert_eq!(
        names(&folder.migrator(options).run(conn).unwrap()),
        ["1_change"]
    );
}

#[test]
fn what_cannot_be_reverted_is_named_with_what_was() {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    let folder = Folder::new(&[
        ("1_kept", "CREATE TABLE a (n int);", "DROP TABLE a;"),
        (
            "2_stuck",
            "CREATE TABLE b (n int);",
            "DROP TABLE b; DROP TABLE nowhere;",
        ),
        ("3_gone", "CREATE TABLE c (n int);", "DROP TABLE c;"),
    ]);
    let migrator = folder.migrator(Options::default());
    migrator.run(conn).unwrap();
    let place = "2_stuck, down.sql line 1, statement 2 of 2 (DROP TABLE nowhere): table \"nowhere\" does not exist";
    assert_eq!(
        migrator
            .revert(conn, Count::All, RevertOptions::default())
            .unwrap_err()
            .to_string(),
        format!(
            "migration: what reverting would lose cannot be told, nothing was reverted; \
             tried in a schema of its own: {place}; nothing of it was kept"
        )
    );
    assert_eq!(migrator.pending(conn).unwrap(), [""; 0]);
    let consent = RevertOptions { lose_data: true };
    assert_eq!(
        migrator
            .revert(conn, Count::All, consent)
            .unwrap_err()
            .to_string(),
        format!("migration: {place}; nothing of it was kept; reverted before it: 3_gone")
    );
    assert_eq!(tables(conn), ["__diesel_schema_migrations", "a", "b"]);
    std::fs::remove_file(folder.0.path().join("2_stuck/down.sql")).unwrap();
    let message = migrator
        .revert(conn, Count::Last(1), consent)
        .unwrap_err()
        .to_string();
    assert!(
        message.starts_with("migration: 2_stuck: Missing `down.sql`"),
        "{message}"
    );
    assert_eq!(advisory_locks(conn), 0);
}

#[test]
fn within_a_transaction_nothing_is_run() {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    let migrator = Migrator::embedded(Options::default());
    conn.transaction(|conn| {
        for outcome in [
            migrator.run(conn),
            migrator.revert(conn, Count::All, RevertOptions::default()),
            migrator.redo(conn, Count::All, RevertOptions::default()),
        ] {
            assert!(
                outcome
                    .unwrap_err()
                    .to_string()
                    .contains("within a transaction")
            );
        }
        QueryResult::Ok(())
    })
    .unwrap();
    assert!(tables(conn).is_empty());
}
