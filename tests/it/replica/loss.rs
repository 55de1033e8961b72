//! Replicas that go and come back, and primaries that go.

use std::net::TcpListener;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use spending_db::Database;
use spending_db::database::ReplicaCondition;
use tracing::Level;

use super::{config, insert, open, read, rows, state, wait_for};
use crate::support::log::logged;
use crate::support::{Pair, wait_until};

#[test]
fn one_that_is_stopped_is_replaced_by_the_primary_until_it_is_back() {
    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair));
    pair.standby.crash();
    let lines = logged(Level::WARN, || assert!(!read(&database)));
    let told = lines
        .iter()
        .filter(|line| line.contains("spending_db::replica"));
    assert!(told.count() <= 1, "{lines:?}");
    wait_for(&database, ReplicaCondition::Gone);
    assert!(state(&database).reason.is_some());
    wait_until(|| state(&database).connections.is_none());
    for _ in 0..50 {
        assert!(!read(&database));
    }
    pair.standby.start();
    wait_for(&database, ReplicaCondition::Usable);
    wait_until(|| read(&database));
}

#[test]
fn one_that_never_was_there_costs_nothing_but_a_word() {
    let Some(pair) = Pair::start() else { return };
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let url = format!("postgresql://someone:hunter2@127.0.0.1:{port}/postgres");
    let database = Database::open(config(&pair).replica_url(&url).unwrap()).unwrap();
    assert!(!read(&database));
    wait_for(&database, ReplicaCondition::Gone);
    let shown = format!("{:?} {database:?}", state(&database));
    assert!(
        shown.contains("Connection refused") && !shown.contains("hunter2"),
        "{shown}"
    );
}

#[test]
fn no_read_fails_while_the_replica_is_killed_and_comes_back() {
    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair).pool_size(4));
    let (on_replica, on_primary) = (AtomicU32::new(0), AtomicU32::new(0));
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    let counter = if read(&database) {
                        &on_replica
                    } else {
                        &on_primary
                    };
                    counter.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        for _ in 0..3 {
            let before = on_replica.load(Ordering::Relaxed);
            wait_until(|| on_replica.load(Ordering::Relaxed) > before + 100);
            pair.standby.crash();
            let before = on_primary.load(Ordering::Relaxed);
            wait_until(|| on_primary.load(Ordering::Relaxed) > before + 100);
            pair.standby.start();
        }
        is_over.store(true, Ordering::Relaxed);
    });
    let (on_replica, on_primary) = (on_replica.into_inner(), on_primary.into_inner());
    let state = state(&database);
    assert!(state.reads >= on_replica.into() && state.reads_on_primary >= on_primary.into());
}

#[test]
fn one_that_lags_is_left_alone_until_it_has_caught_up() {
    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair).replica_max_lag(Some(Duration::from_millis(400))));
    let mut standby = pair.standby.conn();
    standby
        .batch_execute("SELECT pg_wal_replay_pause()")
        .unwrap();
    database.transaction(insert).unwrap();
    wait_for(&database, ReplicaCondition::Behind);
    let behind = state(&database);
    assert!(behind.lag > Some(Duration::from_millis(400)), "{behind:?}");
    assert!(
        behind.connections.is_some(),
        "it would have to connect anew"
    );
    let seen =
        database.read(|conn| Ok::<_, spending_db::Error>((super::is_standby(conn)?, rows(conn))));
    assert_eq!(seen.unwrap(), (false, 1));
    standby
        .batch_execute("SELECT pg_wal_replay_resume()")
        .unwrap();
    wait_for(&database, ReplicaCondition::Usable);
    wait_until(|| read(&database));
}

#[test]
fn neither_an_idle_primary_nor_an_open_transaction_is_a_lag() {
    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair).replica_max_lag(Some(Duration::from_secs(1))));
    let mut primary = pair.primary.conn();
    primary
        .batch_execute("BEGIN; INSERT INTO t VALUES (1)")
        .unwrap();
    // Longer than the lag that is allowed.
    for _ in 0..30 {
        assert!(read(&database), "{:?}", state(&database));
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn it_is_read_on_while_the_primary_is_gone() {
    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair).replica_max_lag(Some(Duration::from_secs(1))));
    pair.primary.crash();
    // Longer than the lag that is allowed.
    for _ in 0..30 {
        assert!(read(&database));
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn nobody_looks_after_it_when_the_database_is_dropped() {
    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair).application_name("watched"));
    drop(database);
    let mut conn = pair.standby.conn();
    wait_until(|| {
        let left = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'watched'";
        let left: i64 = diesel::RunQueryDsl::get_result(
            diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!(
                "({left})"
            ))),
            &mut conn,
        )
        .unwrap();
        left == 0
    });
}
