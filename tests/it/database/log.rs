//! What the log of statements tells, and what it keeps to itself.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use spending_db::Database;
use tracing::Level;

use super::config;
use crate::support::TestDatabase;
use crate::support::log::logged;

fn without_migrations(database: &TestDatabase) -> Database {
    Database::open(config(database, 1).migrate_on_open(false)).unwrap()
}

#[test]
fn each_statement_is_told_with_its_duration_and_without_values() {
    diesel::table! { secrets (id) { id -> Integer, word -> Text, } }

    let database = TestDatabase::empty();
    let handle = without_migrations(&database);
    let lines = logged(Level::DEBUG, || {
        let mut conn = handle.conn().unwrap();
        conn.batch_execute("CREATE TABLE secrets (id int PRIMARY KEY, word text)")
            .unwrap();
        diesel::insert_into(secrets::table)
            .values((secrets::id.eq(424_242), secrets::word.eq("hunter2")))
            .execute(&mut conn)
            .unwrap();
        diesel::sql_query("SELECT ' -- binds: ', $1 -- hunter2")
            .bind::<Text, _>("hunter2")
            .execute(&mut conn)
            .unwrap();
        conn.batch_execute(
            "DO $x$ BEGIN PERFORM 'hunter2'; END $x$; SELECT E'\\'hunter2', 'hun''hunter2'",
        )
        .unwrap();
        diesel::insert_into(secrets::table)
            .values((secrets::id.eq(424_242), secrets::word.eq("hunter2")))
            .execute(&mut conn)
            .unwrap_err();
        diesel::select(sql::<Integer>("").bind::<Text, _>("hunter2").sql("::int"))
            .get_result::<i32>(&mut conn)
            .unwrap_err();
    });
    let text = lines.join("\n");
    assert_eq!(lines.len(), 6, "{text}");
    assert!(
        !text.contains("hunter2") && !text.contains("424242"),
        "{text}"
    );
    assert!(lines.iter().all(|line| {
        line.trim_start()
            .starts_with("DEBUG spending_db::sql: statement elapsed_us=")
    }));
    assert!(
        lines[1].contains(r#"INSERT INTO "secrets" ("id", "word") VALUES ($1, $2)"#),
        "{text}"
    );
    assert!(lines[2].ends_with("statement=SELECT '…', $1"), "{text}");
    assert!(
        lines[3].ends_with("statement=DO '…'; SELECT '…', '…'"),
        "{text}"
    );
    assert!(lines[4].contains("failed=\"unique violation\""), "{text}");
    assert!(lines[5].contains("failed=\"database error\""), "{text}");
    assert!(!lines[1].contains("failed"), "{text}");
}

#[test]
fn rows_read_one_by_one_are_one_statement() {
    let database = TestDatabase::empty();
    let handle = without_migrations(&database);
    let lines = logged(Level::DEBUG, || {
        let mut conn = handle.conn().unwrap();
        let numbers = sql::<Integer>("SELECT generate_series(1, 3)");
        let rows = numbers
            .load_iter::<i32, diesel::pg::PgRowByRowLoadingMode>(&mut *conn)
            .unwrap();
        assert_eq!(rows.map(Result::unwrap).sum::<i32>(), 6);
    });
    assert_eq!(lines.len(), 1, "{lines:?}");
}

#[test]
fn a_slow_statement_is_a_warning() {
    let database = TestDatabase::empty();
    let slow = config(&database, 1)
        .migrate_on_open(false)
        .slow_statement(Some(Duration::from_secs(2)));
    let handle = Database::open(slow).unwrap();
    let lines = logged(Level::WARN, || {
        let mut conn = handle.conn().unwrap();
        conn.batch_execute("SELECT 1").unwrap();
        conn.batch_execute("SELECT pg_sleep(2.1), 'hunter2'")
            .unwrap();
    });
    let [line] = lines.as_slice() else {
        panic!("{lines:?}");
    };
    let line = line.trim_start();
    assert!(
        line.starts_with("WARN spending_db::sql: slow statement elapsed_us="),
        "{line}"
    );
    assert!(
        line.ends_with("statement=SELECT pg_sleep(2.1), '…'"),
        "{line}"
    );

    let never = Database::open(
        config(&database, 1)
            .migrate_on_open(false)
            .slow_statement(None),
    )
    .unwrap();
    let lines = logged(Level::WARN, || {
        never
            .conn()
            .unwrap()
            .batch_execute("SELECT pg_sleep(0.1)")
            .unwrap();
    });
    assert!(lines.is_empty(), "{lines:?}");
}

#[test]
fn the_pool_s_own_statements_are_told_at_a_level_of_their_own() {
    let database = TestDatabase::empty();
    let handle = without_migrations(&database);
    let used = || {
        let mut conn = handle.conn().unwrap();
        conn.batch_execute("SET work_mem = '1MB'").unwrap();
    };
    assert_eq!(logged(Level::DEBUG, used).len(), 1);
    let lines = logged(Level::TRACE, used);
    let text = lines.join("\n");
    assert_eq!(lines.len(), 2, "{text}");
    assert!(
        lines[1].contains("TRACE") && lines[1].contains("DISCARD TEMP"),
        "{text}"
    );
}
