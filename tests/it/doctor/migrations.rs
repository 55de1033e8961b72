//! Migrations that are pending, unknown or changed, and what drifted.

use spending_db::migrations::{self, Count, Migrator, RevertOptions};

use super::*;
use crate::support::TestDatabase;

fn well(conn: &mut PgConnection) -> bool {
    is_well(&look(conn), Area::Migrations)
}

#[test]
fn an_empty_database_and_a_changed_migration() {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Migrations,
        "pending: 00000000000000_diesel_initial_setup",
    );
    assert_eq!(finding.severity, Severity::Error);
    assert_eq!(commands(finding), ["spending-db migrate run"]);
    let refused = findings
        .iter()
        .filter(|finding| finding.severity == Severity::NotExamined);
    assert!(
        refused.count() >= 3,
        "drift, tokens and jobs: {findings:#?}"
    );

    migrations::run(conn, &migrations::Options::default()).unwrap();
    assert!(well(conn));
    execute(
        conn,
        "UPDATE __spending_db_checksums SET checksum = 'of another text' WHERE version = '20261122000300'",
    );
    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Migrations,
        "1 migration applied with another text than this program has: 2026-11-22-000300_truelayer",
    );
    assert_eq!(finding.severity, Severity::Warning);
}

#[test]
fn tables_that_no_migration_made_are_to_be_adopted() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    execute(conn, "DROP TABLE __diesel_schema_migrations");
    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Migrations,
        "pending: 00000000000000_diesel_initial_setup",
    );
    assert_eq!(commands(finding), ["spending-db migrate adopt"]);
}

#[test]
fn a_pending_migration_is_applied() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let migrator = Migrator::embedded(migrations::Options::default());
    let reverted = migrator
        .revert(conn, Count::Last(1), RevertOptions::default())
        .unwrap();
    let findings = look(conn);
    let words = format!("1 migration pending: {}", reverted[0].name);
    let finding = only(&findings, Area::Migrations, &words);
    assert_eq!(finding.severity, Severity::Warning);
    migrator.run(conn).unwrap();
    assert!(well(conn));
}

#[test]
fn a_migration_of_a_newer_program() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    execute(
        conn,
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('99991231235959')",
    );
    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Migrations,
        "1 migration that this program does not know: 99991231235959",
    );
    assert_eq!(finding.severity, Severity::Warning);
    only(&findings, Area::Migrations, "drift is looked for where");
}

#[test]
fn drift_is_told_and_mended() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    assert!(well(conn));
    execute(conn, "DROP INDEX connection_logs_created_at_idx");
    execute(conn, "ALTER TABLE users ALTER COLUMN email DROP NOT NULL");
    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Migrations,
        "2 differences from what the migrations make",
    );
    assert_eq!(finding.severity, Severity::Warning);
    assert_eq!(finding.details.len(), 2);
    assert_eq!(commands(finding), ["spending-db migrate check"]);
    mend(conn, finding);
    let findings = look(conn);
    only(
        &findings,
        Area::Migrations,
        "the schema is what the migrations make",
    );
}

#[test]
fn a_sequence_behind_its_rows() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    execute(
        conn,
        "INSERT INTO users (id, email) VALUES (7, 'a@example.com')",
    );
    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Migrations,
        "the sequence of users.id goes on at 1",
    );
    assert_eq!(finding.severity, Severity::Error);
    mend(conn, finding);
    assert!(well(conn));
    execute(conn, "INSERT INTO users (email) VALUES ('b@example.com')");
}
