//! The pool: how many connections, what state they are in, what is said when there are none.

mod cleanliness;
pub(crate) mod log;
mod loss;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer};
use spending_db::database::PooledConnection;
use spending_db::{Config, Database, Error};

use crate::support::{TestDatabase, wait_until};

/// The pool of a test, small enough to be exhausted.
fn open(database: &TestDatabase, size: u32) -> Database {
    Database::open(config(database, size)).unwrap()
}

fn config(database: &TestDatabase, size: u32) -> Config {
    Config::from_url(&database.url())
        .unwrap()
        .pool_size(size)
        .checkout_timeout(Duration::from_secs(30))
}

fn pid(conn: &mut PgConnection) -> i32 {
    ask(conn, "pg_backend_pid()")
}

fn ask(conn: &mut PgConnection, expression: &str) -> i32 {
    diesel::select(sql::<Integer>(expression))
        .get_result(conn)
        .unwrap()
}

fn count(conn: &mut PgConnection, query: &str) -> i64 {
    diesel::select(sql::<BigInt>(&format!("({query})")))
        .get_result(conn)
        .unwrap()
}

#[test]
fn a_handle_goes_to_every_thread() {
    fn goes_everywhere<T: Clone + Send + Sync + 'static>() {}
    goes_everywhere::<Database>();
}

#[test]
fn opening_migrates_unless_told_not_to() {
    let database = TestDatabase::empty();
    let untouched = Database::open(config(&database, 1).migrate_on_open(false)).unwrap();
    let pending = untouched.health().unwrap().pending_migrations;
    assert_eq!(
        pending.first().unwrap(),
        "00000000000000_diesel_initial_setup"
    );
    assert!(pending.len() > 5);

    let migrated = open(&database, 1);
    let health = migrated.health().unwrap();
    assert!(health.pending_migrations.is_empty() && health.unknown_migrations.is_empty());
    assert_eq!(
        count(&mut migrated.conn().unwrap(), "SELECT count(*) FROM users"),
        0
    );
}

#[test]
fn health_tells_what_the_server_is() {
    let database = TestDatabase::new();
    let handle = open(&database, 1);
    let mut conn = database.conn();
    conn.batch_execute(
        "INSERT INTO __diesel_schema_migrations (version) VALUES ('29990101000000')",
    )
    .unwrap();
    let health = handle.health().unwrap();
    assert!(database.url().contains(&health.database));
    let major: i32 = health
        .server_version
        .split('.')
        .next()
        .unwrap()
        .parse()
        .unwrap();
    assert_eq!(
        major,
        ask(
            &mut conn,
            "current_setting('server_version_num')::int / 10000"
        )
    );
    assert!(!health.in_recovery);
    assert!(health.latency > Duration::ZERO);
    assert_eq!(health.unknown_migrations, ["29990101000000"]);
    let json = serde_json::to_value(&health).unwrap();
    assert!(json["latency_ms"].as_f64().unwrap() > 0.0);
}

#[test]
fn there_are_never_more_connections_than_the_size() {
    const SIZE: u32 = 3;
    let database = TestDatabase::new();
    let handle = Database::open(config(&database, SIZE).application_name("crowd")).unwrap();
    let crowd = "SELECT count(*) FROM pg_stat_activity \
                 WHERE application_name = 'crowd' AND datname = current_database()";
    let mut outside = database.conn();
    // The connection that migrated is on its way out.
    wait_until(|| count(&mut outside, crowd) <= 1);
    let most = AtomicU32::new(0);
    let in_use = AtomicU32::new(0);
    let start = Barrier::new(24);
    thread::scope(|scope| {
        for _ in 0..24 {
            scope.spawn(|| {
                start.wait();
                for _ in 0..20 {
                    let mut conn = handle.conn().unwrap();
                    let now = in_use.fetch_add(1, Ordering::SeqCst) + 1;
                    most.fetch_max(now, Ordering::SeqCst);
                    let at_server = count(&mut conn, crowd);
                    assert!(at_server <= i64::from(SIZE), "{at_server} connections");
                    in_use.fetch_sub(1, Ordering::SeqCst);
                }
            });
        }
    });
    assert_eq!(most.into_inner(), SIZE);
    let state = handle.state();
    assert_eq!(
        (state.size, state.connections, state.in_use, state.waiting),
        (SIZE, SIZE, 0, 0)
    );
}

#[test]
fn a_checkout_waits_and_then_says_for_how_long_and_what_for() {
    const PATIENCE: Duration = Duration::from_millis(800);

    let database = TestDatabase::new();
    let handle = Database::open(config(&database, 2).checkout_timeout(PATIENCE)).unwrap();
    let held: [PooledConnection; 2] = [handle.conn().unwrap(), handle.conn().unwrap()];
    let asked = Instant::now();
    let waiter = thread::spawn({
        let handle = handle.clone();
        move || handle.conn().map(|_| ())
    });
    wait_until(|| handle.state().waiting == 1 || waiter.is_finished());
    let state = handle.state();
    assert_eq!((state.waiting, state.in_use, state.idle), (1, 2, 0));
    let error = waiter.join().unwrap().unwrap_err();
    let Error::PoolTimeout {
        waited,
        in_use,
        size,
    } = error
    else {
        panic!("{error}");
    };
    assert_eq!((in_use, size), (2, 2));
    assert!(
        waited >= PATIENCE && waited <= asked.elapsed(),
        "{waited:?}"
    );
    assert_eq!(
        Error::PoolTimeout {
            waited: Duration::from_millis(412),
            in_use,
            size
        }
        .to_string(),
        "no connection became free within 412.0ms: 2 of 2 are in use"
    );
    assert_eq!(handle.state().waiting, 0);
    drop(held);
    let again = [handle.conn().unwrap(), handle.conn().unwrap()];
    assert_eq!(handle.state().in_use, 2);
    drop(again);
}

#[test]
fn a_checkout_that_waits_gets_the_connection_that_comes_back() {
    let database = TestDatabase::new();
    let handle = open(&database, 1);
    let mut held = handle.conn().unwrap();
    let expected = pid(&mut held);
    let (tell, told) = mpsc::channel();
    let waiter = thread::spawn({
        let handle = handle.clone();
        move || {
            tell.send(pid(&mut handle.conn().unwrap())).unwrap();
        }
    });
    assert!(
        told.recv_timeout(Duration::from_millis(200)).is_err(),
        "it did not wait"
    );
    drop(held);
    assert_eq!(
        told.recv_timeout(Duration::from_secs(30)).unwrap(),
        expected
    );
    waiter.join().unwrap();
}

enum Refusal {
    Own,
    Crate(Error),
    Diesel,
}

impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        Self::Crate(error)
    }
}

impl From<diesel::result::Error> for Refusal {
    fn from(_: diesel::result::Error) -> Self {
        Self::Diesel
    }
}

#[test]
fn a_transaction_is_kept_or_undone_as_a_whole() {
    let database = TestDatabase::empty();
    let handle = Database::open(config(&database, 1).migrate_on_open(false)).unwrap();
    let mut outside = database.conn();
    outside
        .batch_execute("CREATE TABLE t (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)")
        .unwrap();

    let answer: Result<i32, Error> = handle.transaction(|conn| {
        conn.batch_execute("INSERT INTO t VALUES (1)")?;
        Ok(7)
    });
    assert_eq!(answer.unwrap(), 7);

    let undone: Result<(), Refusal> = handle.transaction(|conn| {
        conn.batch_execute("INSERT INTO t VALUES (2)")?;
        Err(Refusal::Own)
    });
    assert!(matches!(undone, Err(Refusal::Own)));

    let failed: Result<(), Refusal> = handle
        .transaction(|conn| Ok(conn.batch_execute("INSERT INTO t VALUES (3); SELECT 1 / 0")?));
    assert!(matches!(failed, Err(Refusal::Diesel)));

    let at_commit: Result<(), Error> =
        handle.transaction(|conn| Ok(conn.batch_execute("INSERT INTO t VALUES (1)")?));
    assert!(matches!(at_commit, Err(Error::Conflict { .. })));

    let exhausted = Database::open(
        config(&database, 1)
            .migrate_on_open(false)
            .checkout_timeout(Duration::from_millis(200)),
    )
    .unwrap();
    let busy = exhausted.conn().unwrap();
    let timeout: Result<(), Refusal> = exhausted.transaction(|_| Ok(()));
    assert!(matches!(
        timeout,
        Err(Refusal::Crate(Error::PoolTimeout { .. }))
    ));
    drop(busy);

    assert_eq!(count(&mut outside, "SELECT sum(n) FROM t"), 1);
}

#[test]
fn reading_sees_one_state_and_writes_nothing() {
    let database = TestDatabase::empty();
    let handle = Database::open(config(&database, 2).migrate_on_open(false)).unwrap();
    let mut outside = database.conn();
    outside
        .batch_execute("CREATE TABLE t (n int); INSERT INTO t VALUES (1)")
        .unwrap();
    let seen: Result<(i64, i64), Error> = handle.read(|conn| {
        let before = count(conn, "SELECT count(*) FROM t");
        outside.batch_execute("INSERT INTO t VALUES (2)").unwrap();
        Ok((before, count(conn, "SELECT count(*) FROM t")))
    });
    assert_eq!(seen.unwrap(), (1, 1));
    let written: Result<(), Error> =
        handle.read(|conn| Ok(conn.batch_execute("INSERT INTO t VALUES (3)")?));
    assert!(
        written
            .unwrap_err()
            .to_string()
            .contains("read-only transaction")
    );
    assert_eq!(
        count(&mut handle.conn().unwrap(), "SELECT count(*) FROM t"),
        2
    );
}

#[test]
fn a_pooled_connection_is_a_diesel_connection() {
    diesel::table! { numbers (n) { n -> Integer, } }

    let database = TestDatabase::empty();
    let handle = Database::open(config(&database, 1).migrate_on_open(false)).unwrap();
    let mut conn = handle.conn().unwrap();
    conn.batch_execute("CREATE TABLE numbers (n int)").unwrap();
    diesel::insert_into(numbers::table)
        .values(numbers::n.eq(3))
        .execute(&mut conn)
        .unwrap();
    let sum: i64 = conn
        .transaction(|conn| {
            numbers::table
                .select(diesel::dsl::sum(numbers::n))
                .first::<Option<i64>>(conn)
        })
        .unwrap()
        .unwrap();
    assert_eq!(sum, 3);
}
