//! `spending-db migrate check | sql | catalog`, as they are typed.

use diesel::connection::SimpleConnection;
use serde_json::Value;
use spending_db::catalog::Catalog;

use crate::support::{TestDatabase, program};

fn run(database: &TestDatabase, arguments: &[&str]) -> (i32, String) {
    let output = program(&["migrate"])
        .args(arguments)
        .env("DATABASE_URL", database.url())
        .env("SPENDING_DB_SLOW_STATEMENT", "off")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

fn json(database: &TestDatabase, arguments: &[&str]) -> (i32, Value) {
    let (code, out) = run(database, &[arguments, &["--json"]].concat());
    (code, serde_json::from_str(&out).unwrap())
}

#[test]
fn a_database_that_fits() {
    let database = TestDatabase::new();
    assert_eq!(
        run(&database, &["check"]),
        (0, "the database is what the migrations make\n".to_owned())
    );
    let (code, answer) = json(&database, &["check"]);
    assert_eq!((code, &answer["fits"]), (0, &Value::Bool(true)));
    assert_eq!(answer["differences"], Value::Array(Vec::new()));
}

#[test]
fn drift_is_told_with_its_consequence_and_its_remedy() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    conn.batch_execute(
        "ALTER TABLE users ALTER COLUMN email DROP NOT NULL; CREATE TABLE holidays (day date)",
    )
    .unwrap();
    let (code, out) = run(&database, &["check"]);
    assert_eq!(
        (code, out.as_str()),
        (
            1,
            "column users.email takes NULL: a row with NULL there cannot be read\n    \
             ALTER TABLE users ALTER COLUMN email SET NOT NULL;\n\
             table holidays is not the crate's; it is left alone\n"
        )
    );
    let (code, answer) = json(&database, &["check"]);
    assert_eq!((code, &answer["fits"]), (1, &Value::Bool(false)));
    assert_eq!(
        answer["differences"][0]["mend"][0],
        "ALTER TABLE users ALTER COLUMN email SET NOT NULL"
    );
    assert_eq!(answer["differences"][1]["is_drift"], false);

    conn.batch_execute("ALTER TABLE users ALTER COLUMN email SET NOT NULL")
        .unwrap();
    assert_eq!(
        json(&database, &["check"]).0,
        0,
        "a table of somebody else's is no drift"
    );
}

#[test]
fn a_migration_that_was_changed_after_it_was_applied() {
    let database = TestDatabase::empty();
    assert_eq!(run(&database, &["run"]).0, 0);
    assert_eq!(run(&database, &["check"]).0, 0);
    let conn = &mut database.conn();
    conn.batch_execute("UPDATE __spending_db_checksums SET checksum = 'of another text' WHERE version = '20261122000300'")
        .unwrap();
    let (code, out) = run(&database, &["check"]);
    assert_eq!(code, 1);
    assert!(
        out.starts_with("migration 2026-11-22-000300_truelayer was applied with another text"),
        "{out}"
    );

    assert_eq!(run(&database, &["revert", "--all"]).0, 0);
    assert_eq!(run(&database, &["run"]).0, 0);
    assert_eq!(
        run(&database, &["check"]).0,
        0,
        "a reverted migration is forgotten"
    );
}

#[test]
fn what_the_diesel_cli_applied_has_no_checksum_and_is_not_complained_about() {
    let database = TestDatabase::new();
    assert_eq!(run(&database, &["check"]).0, 0);
    assert_eq!(run(&database, &["redo"]).0, 0);
    assert_eq!(run(&database, &["check"]).0, 0);
}

#[test]
fn pending_migrations_as_sql_make_what_running_them_makes() {
    let database = TestDatabase::empty();
    let (code, pending) = run(&database, &["check"]);
    assert_eq!(code, 1);
    assert!(pending.starts_with(
        "migration 00000000000000_diesel_initial_setup is pending: spending-db migrate run\n"
    ));

    let (_, sql) = run(&database, &["sql"]);
    database.conn().batch_execute(&sql).unwrap();
    assert_eq!(run(&database, &["check"]).0, 0);
    assert_eq!(
        run(&database, &["run"]),
        (0, "nothing to apply\n".to_owned())
    );
    assert_eq!(run(&database, &["sql"]), (0, String::new()));
}

#[test]
fn the_catalog_is_printed_as_it_is_kept() {
    let database = TestDatabase::new();
    let (code, out) = run(&database, &["catalog"]);
    assert_eq!(code, 0);
    assert_eq!(out, include_str!("../../../src/catalog/expected.json"));
    assert!(&serde_json::from_str::<Catalog>(&out).unwrap() == Catalog::expected().unwrap());
}
