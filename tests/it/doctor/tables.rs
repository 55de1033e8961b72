//! Tables that are not looked after.

use super::*;
use crate::support::TestDatabase;

#[test]
fn a_table_that_autovacuum_leaves_alone() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    assert!(is_well(&look(conn), Area::Tables));
    execute(conn, "ALTER TABLE users SET (autovacuum_enabled = off)");
    execute(
        conn,
        "INSERT INTO users (email) SELECT n || '@example.com' FROM generate_series(1, 30000) n",
    );
    execute(conn, "DELETE FROM users WHERE id % 2 = 0");
    execute(conn, "SELECT pg_stat_force_next_flush()");

    let findings = look(conn);
    let dead = only(&findings, Area::Tables, "users has 15000 dead rows (50 %)");
    let unknown = only(&findings, Area::Tables, "users (");
    let off = only(
        &findings,
        Area::Tables,
        "autovacuum is switched off for users",
    );
    assert!(
        unknown.found.ends_with(" has no statistics"),
        "{unknown:#?}"
    );
    for finding in [dead, unknown, off] {
        assert_eq!(finding.severity, Severity::Warning);
    }
    mend(conn, unknown);
    let findings = look(conn);
    only(&findings, Area::Tables, "all tables have statistics");
    only(&findings, Area::Tables, "users has 15000 dead rows");
    mend(conn, dead);
    mend(conn, off);
    execute(conn, "SELECT pg_stat_force_next_flush()");
    let findings = look(conn);
    assert!(is_well(&findings, Area::Tables), "{findings:#?}");
}

#[test]
fn statistics_that_are_out_of_date() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    execute(conn, "ALTER TABLE users SET (autovacuum_enabled = off)");
    let more =
        "INSERT INTO users (email) SELECT n || '@' || random() FROM generate_series(1, 11000) n";
    execute(conn, more);
    execute(conn, "SELECT pg_stat_force_next_flush()");
    execute(conn, "ANALYZE users");
    execute(conn, more);
    execute(conn, more);
    execute(conn, "SELECT pg_stat_force_next_flush()");
    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Tables,
        "22000 rows of users have changed since",
    );
    assert_eq!(finding.severity, Severity::Note);
    mend(conn, finding);
    let findings = look(conn);
    only(&findings, Area::Tables, "all tables have statistics");
}

#[test]
fn a_large_table_that_is_read_time_and_again() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    execute(
        conn,
        "CREATE TABLE heap AS SELECT n FROM generate_series(1, 50000) n",
    );
    execute(conn, "SELECT pg_stat_force_next_flush()");
    execute(conn, "ANALYZE heap");
    execute(
        conn,
        "DO $$ BEGIN FOR i IN 1..100 LOOP PERFORM count(*) FROM heap; END LOOP; END $$",
    );
    execute(conn, "SELECT pg_stat_force_next_flush()");
    let findings = look(conn);
    let finding = only(
        &findings,
        Area::Tables,
        "heap (50000 rows) was read from start to end 1",
    );
    assert_eq!(finding.severity, Severity::Note);
}

#[test]
fn the_largest_tables_are_named() {
    let database = TestDatabase::filled();
    let findings = look(&mut database.conn());
    let sizes = only(&findings, Area::Tables, "the database takes ");
    assert_eq!(sizes.details.len(), 5);
    assert!(
        sizes.details[0].starts_with("truelayer_transactions "),
        "{sizes:#?}"
    );
}
