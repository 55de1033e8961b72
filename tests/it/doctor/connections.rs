//! Sessions that hold up others.

use std::thread;

use diesel::dsl::sql;
use diesel::sql_types::{BigInt, Integer};
use spending_db::{Config, Database};

use super::*;
use crate::support::{TestDatabase, wait_until};

fn impatient() -> Options {
    let mut options = Options::default();
    options.idle_in_transaction = Duration::ZERO;
    options.blocked = Duration::ZERO;
    options.time_limit = Duration::from_secs(1);
    options
}

fn pid(conn: &mut PgConnection) -> i32 {
    diesel::select(sql::<Integer>("pg_backend_pid()"))
        .get_result(conn)
        .unwrap()
}

fn is_gone(conn: &mut PgConnection, pid: i32) -> bool {
    let sessions = sql::<BigInt>(&format!(
        "SELECT count(*) FROM pg_stat_activity WHERE pid = {pid}"
    ));
    sessions.get_result::<i64>(conn).unwrap() == 0
}

#[test]
fn a_forgotten_transaction_is_found_and_ended() {
    let database = TestDatabase::new();
    let (conn, other) = (&mut database.conn(), &mut database.conn());
    let other_pid = pid(other);
    execute(other, "BEGIN");
    execute(other, "UPDATE users SET email = 'made-up-secret'");

    let words = format!("session {other_pid} (a program without a name");
    let findings = examine(conn, &impatient()).unwrap();
    let finding = only(&findings, Area::Connections, &words);
    assert_eq!(finding.severity, Severity::Warning);
    assert!(
        finding.found.contains("idle in a transaction for "),
        "{finding:#?}"
    );
    assert!(!format!("{findings:?}").contains("made-up-secret"));
    assert!(
        is_well(&look(conn), Area::Connections),
        "a minute is allowed"
    );

    mend(conn, finding);
    wait_until(|| is_gone(conn, other_pid));
    assert!(is_well(
        &examine(conn, &impatient()).unwrap(),
        Area::Connections
    ));
}

#[test]
fn a_long_transaction_is_cancelled() {
    let database = TestDatabase::new();
    let mut options = Options::default();
    options.long_transaction = Duration::ZERO;
    let conn = &mut database.conn();
    thread::scope(|scope| {
        let mut other = database.conn();
        let other_pid = pid(&mut other);
        let sleeper =
            scope.spawn(move || diesel::sql_query("SELECT pg_sleep(300)").execute(&mut other));
        let words = format!("the transaction of session {other_pid} ");
        let mut findings = Vec::new();
        wait_until(|| {
            findings = examine(conn, &options).unwrap();
            !is_well(&findings, Area::Connections)
        });
        mend(conn, only(&findings, Area::Connections, &words));
        let outcome = sleeper.join().unwrap();
        assert!(outcome.unwrap_err().to_string().contains("user request"));
    });
}

#[test]
fn who_stands_in_the_way_of_a_blocked_session_is_named() {
    let database = TestDatabase::new();
    let (conn, holder) = (&mut database.conn(), &mut database.conn());
    execute(holder, "BEGIN");
    execute(holder, "LOCK TABLE users");
    let holder_pid = pid(holder);
    thread::scope(|scope| {
        let mut waiter = database.conn();
        let waiter_pid = pid(&mut waiter);
        let waiting = scope.spawn(move || {
            diesel::sql_query("UPDATE users SET email = email").execute(&mut waiter)
        });
        let words = format!("session {waiter_pid} (a program without a name) has waited ");
        let mut findings = Vec::new();
        wait_until(|| {
            findings = examine(conn, &impatient()).unwrap();
            findings
                .iter()
                .any(|finding| finding.found.contains(&words))
        });
        let finding = only(&findings, Area::Connections, &words);
        assert!(
            finding.found.ends_with(&format!(
                "for the table users, behind session {holder_pid} (a program without a name, idle in transaction)"
            )),
            "{finding:#?}"
        );
        assert!(
            findings
                .iter()
                .any(|finding| finding.severity == Severity::NotExamined
                    && finding.found.starts_with("sequences: ")),
            "a locked table holds up its own question only: {findings:#?}"
        );
        assert_eq!(
            statements(finding),
            [format!("SELECT pg_terminate_backend({holder_pid})")]
        );
        mend(conn, finding);
        waiting.join().unwrap().unwrap();
    });
    assert!(is_well(
        &examine(conn, &impatient()).unwrap(),
        Area::Connections
    ));
}

#[test]
fn a_pool_that_the_server_has_no_room_for() {
    let database = TestDatabase::new();
    let config = Config::from_url(&database.url()).unwrap().pool_size(1_000);
    let findings = examine(&mut database.conn(), &Options::of_config(&config)).unwrap();
    let finding = only(
        &findings,
        Area::Connections,
        "the pool takes up to 1000 connections",
    );
    assert_eq!(finding.severity, Severity::Error);
    assert!(statements(finding)[0].starts_with("ALTER SYSTEM SET max_connections = 1"));
}

#[test]
fn threads_that_wait_for_the_pool() {
    let database = TestDatabase::new();
    let config = Config::from_url(&database.url()).unwrap().pool_size(1);
    let pool = Database::open(config.pool_min_idle(0)).unwrap();
    let conn = &mut database.conn();
    thread::scope(|scope| {
        let held = pool.conn().unwrap();
        let waiting = scope.spawn(|| pool.conn().map(drop));
        wait_until(|| pool.state().waiting == 1);
        let findings = examine(conn, &Options::of_database(&pool)).unwrap();
        let finding = only(&findings, Area::Connections, "1 thread in wait");
        assert_eq!(finding.severity, Severity::Warning);
        drop(held);
        waiting.join().unwrap().unwrap();
    });
    let findings = examine(conn, &Options::of_database(&pool)).unwrap();
    assert!(is_well(&findings, Area::Connections));
}
