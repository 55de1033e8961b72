//! Reading what was written, by the position of the log.

use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use spending_db::Error;
use spending_db::database::{ReplicaCondition, WalPosition};

use super::{config, insert, is_standby, open, rows, state};
use crate::support::{Pair, wait_until};

/// Where it was read, and how many rows there were.
fn look(conn: &mut diesel::PgConnection) -> Result<(bool, i64), Error> {
    Ok((is_standby(conn)?, rows(conn)))
}

#[test]
fn who_has_written_reads_it_even_where_the_replica_stands_still() {
    let Some(pair) = Pair::start() else { return };
    let lags = config(&pair).replica_max_lag(None).replica_wait(None);
    let database = open(lags);
    let mut standby = pair.standby.conn();
    standby
        .batch_execute("SELECT pg_wal_replay_pause()")
        .unwrap();
    let ((), position) = database.write(insert).unwrap();
    assert_eq!(database.read(look).unwrap(), (true, 0));
    assert_eq!(database.read_after(position, look).unwrap(), (false, 1));

    let mut session = database.session();
    assert_eq!(
        session.read(look).unwrap(),
        (true, 0),
        "it has written nothing"
    );
    session.write(insert).unwrap();
    assert_eq!(session.read(look).unwrap(), (false, 2));
    assert!(session.position() > position);
    // In another process, with what a cookie brought there.
    let cookie = session.position().to_string();
    let other = database.session().after(cookie.parse().unwrap());
    assert_eq!(other.read(look).unwrap(), (false, 2));
    let json = serde_json::to_string(&session.position()).unwrap();
    assert_eq!(json, format!("\"{cookie}\""));
    assert_eq!(
        serde_json::from_str::<WalPosition>(&json).unwrap(),
        session.position()
    );

    standby
        .batch_execute("SELECT pg_wal_replay_resume()")
        .unwrap();
    wait_until(|| session.read(look).unwrap() == (true, 2));
    assert_eq!(
        database.read_after(WalPosition::UNKNOWN, look).unwrap(),
        (false, 2)
    );
    assert_eq!(state(&database).condition, ReplicaCondition::Usable);
}

#[test]
fn a_replica_that_comes_soon_is_waited_for() {
    let Some(pair) = Pair::start() else { return };
    let waits = config(&pair)
        .replica_max_lag(None)
        .replica_wait(Some(Duration::from_secs(60)));
    let database = open(waits);
    let mut standby = pair.standby.conn();
    standby
        .batch_execute("SELECT pg_wal_replay_pause()")
        .unwrap();
    let ((), position) = database.write(insert).unwrap();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| database.read_after(position, look).unwrap());
        wait_until(|| state(&database).connections.unwrap().in_use == 1);
        standby
            .batch_execute("SELECT pg_wal_replay_resume()")
            .unwrap();
        assert_eq!(waiting.join().unwrap(), (true, 1));
    });
}

#[test]
fn positions_are_reached_without_another_write() {
    let Some(pair) = Pair::start() else { return };
    let (mut primary, mut standby) = (pair.primary.conn(), pair.standby.conn());
    // The log ends at the beginning of a file, within it, and after a commit that nobody waited for.
    for statement in [
        "SELECT pg_switch_wal()",
        "CREATE TABLE t (n int)",
        "SET synchronous_commit = off",
        "INSERT INTO t VALUES (1)",
        "SELECT pg_switch_wal()",
    ] {
        primary.batch_execute(statement).unwrap();
        let end = WalPosition::of_primary(&mut primary).unwrap();
        wait_until(|| WalPosition::of_replica(&mut standby).unwrap().unwrap() >= end);
    }
    assert_eq!(rows(&mut standby), 1);
    assert_eq!(WalPosition::of_replica(&mut primary).unwrap(), None);
}

#[test]
fn what_is_committed_is_before_the_position_whoever_asks() {
    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair).replica_wait(Some(Duration::from_secs(5))));
    for written in 1..=100 {
        database.transaction(insert).unwrap();
        let position = database.position().unwrap();
        let (_, seen) = database.read_after(position, look).unwrap();
        assert_eq!(seen, written);
    }
    assert!(state(&database).reads > 50, "{:?}", state(&database));
}
