//! A failure leaves the database as it was.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use spending_db::adoption::{Options, apply};
use spending_db::catalog::Catalog;

use super::{adopt, count, old, text};
use crate::support::TestDatabase;

fn short() -> Options {
    Options {
        lock_timeout: Some(Duration::from_millis(200)),
        ..Options::default()
    }
}

#[test]
fn a_table_in_use_is_waited_for_no_longer_than_allowed() {
    let database = TestDatabase::old();
    let (user, conn) = (&mut database.conn(), &mut database.conn());
    let before = Catalog::read(conn).unwrap();
    user.batch_execute("BEGIN; SELECT count(*) FROM users")
        .unwrap();
    let told = apply(conn, &short()).unwrap_err().to_string();
    assert!(
        told.contains("lock timeout") && told.contains("nothing was changed"),
        "{told}"
    );
    assert!(Catalog::read(conn).unwrap() == before);
    user.batch_execute("COMMIT").unwrap();
    adopt(&database, &short());
}

#[test]
fn one_process_at_a_time() {
    let database = TestDatabase::old();
    let (other, conn) = (&mut database.conn(), &mut database.conn());
    other
        .batch_execute("SELECT pg_advisory_lock(x'7370656e646d6967'::bigint)")
        .unwrap();
    let told = apply(conn, &short()).unwrap_err().to_string();
    assert!(told.contains("another process that migrates"), "{told}");
    other
        .batch_execute("SELECT pg_advisory_unlock_all()")
        .unwrap();
    adopt(&database, &short());
}

#[test]
fn a_step_that_fails_undoes_all_before_it() {
    // A rule of somebody else's that no plan knows of.
    let database = old("CREATE POLICY own ON security_audit_log USING (event_type <> 'secret')");
    let conn = &mut database.conn();
    let before = Catalog::read(conn).unwrap();
    let rows = count(conn, "security_audit_log");
    let next = text(conn, "SELECT last_value FROM users_id_seq");
    let told = apply(conn, &Options::default()).unwrap_err().to_string();
    assert!(
        told.contains("security_audit_log") && told.contains("policy"),
        "{told}"
    );
    assert!(Catalog::read(conn).unwrap() == before);
    assert_eq!(count(conn, "security_audit_log"), rows);
    assert_eq!(text(conn, "SELECT last_value FROM users_id_seq"), next);
    assert_eq!(
        count(
            conn,
            "pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        ),
        0
    );
}

#[test]
fn the_connection_is_as_before() {
    let database = TestDatabase::old();
    let conn = &mut database.conn();
    conn.batch_execute(
        "SET TimeZone = 'Asia/Tokyo'; SET lock_timeout = '7s'; SET statement_timeout = '8s'",
    )
    .unwrap();
    apply(conn, &Options::default()).unwrap();
    for (setting, value) in [
        ("TimeZone", "Asia/Tokyo"),
        ("lock_timeout", "7s"),
        ("statement_timeout", "8s"),
    ] {
        assert_eq!(
            text(conn, &format!("SELECT current_setting('{setting}')")).as_deref(),
            Some(value)
        );
    }
}

#[test]
fn identities_go_on_where_the_sequences_were() {
    let database =
        old("SELECT setval('users_id_seq', 5000); SELECT setval('categories_id_seq', 1, false)");
    let conn = &mut database.conn();
    let greatest = text(conn, "SELECT max(id) FROM categories").unwrap();
    adopt(&database, &Options::default());
    conn.batch_execute("INSERT INTO users (email) VALUES ('next@example.org'); INSERT INTO categories (name) VALUES ('next')").unwrap();
    assert_eq!(
        text(conn, "SELECT max(id) FROM users").as_deref(),
        Some("5001")
    );
    let next: i64 = greatest.parse::<i64>().unwrap() + 1;
    assert_eq!(
        text(conn, "SELECT max(id) FROM categories"),
        Some(next.to_string())
    );
}
