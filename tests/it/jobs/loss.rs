//! Leases that end, connections that die, a server that is gone for a while.

use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Integer;
use spending_db::embedded::Server;
use spending_db::jobs::{Queue, Worker};
use spending_db::types::{EVERYONE, SyncJobState};
use spending_db::{Config, Database};

use super::kinds::{Gated, Note, Stepwise, enqueue, enqueue_note, registry};
use super::place::Place;
use crate::household::ask;
use crate::support::{execute, maintenance, wait_until};

#[test]
fn who_has_lost_the_lease_can_neither_complete_nor_fail() {
    let place = Place::new();
    let atomic = enqueue(
        &place,
        &Gated {
            gate: "g".to_owned(),
            asks: false,
        },
    );
    let steps = enqueue(&place, &Stepwise { steps: 1 });
    // It looks for lost workers' jobs once at its start only.
    let first = place
        .worker(2)
        .poll(Duration::from_secs(3600))
        .build()
        .unwrap()
        .spawn();
    for id in [atomic, steps] {
        place.wait_for(id, SyncJobState::Running);
    }
    let second = place.worker(2).build().unwrap().spawn();
    // The first renews its leases, so it may take several goes.
    wait_until(|| {
        place.execute(
            "UPDATE sync_jobs SET locked_until = now() - interval '1 s' WHERE attempts = 1",
        );
        [atomic, steps]
            .iter()
            .all(|id| place.job(*id).attempts == 2)
    });
    let error = place.job(atomic).last_error.unwrap();
    assert!(
        error.starts_with("the worker ") && error.contains(" was lost in attempt 1"),
        "{error}"
    );
    place.open_gate("g");
    place.open_gate("1");
    for id in [atomic, steps] {
        place.wait_for(id, SyncJobState::Completed);
    }
    assert_eq!(second.stop().completed, 2);
    let done = first.stop();
    assert_eq!(
        (done.completed, done.retried, done.failed, done.lost),
        (0, 0, 0, 2)
    );
    assert_eq!(
        place.ask("SELECT string_agg(attempt::text, ',') FROM notes"),
        "2,2"
    );
}

#[test]
fn leases_are_renewed_for_as_long_as_a_job_runs() {
    let place = Place::new();
    // Its lease is two seconds.
    let id = enqueue(
        &place,
        &Gated {
            gate: "g".to_owned(),
            asks: true,
        },
    );
    let first = place.worker(1).build().unwrap().spawn();
    let second = place.worker(1).build().unwrap().spawn();
    let begun = place
        .wait_for(id, SyncJobState::Running)
        .locked_until
        .unwrap();
    wait_until(|| place.job(id).locked_until.unwrap() > begun + chrono::TimeDelta::seconds(4));
    place.open_gate("g");
    assert_eq!(place.wait_for(id, SyncJobState::Completed).attempts, 1);
    let lost = [first.stop().lost, second.stop().lost];
    assert_eq!(lost, [0, 0]);
}

#[test]
fn a_row_that_somebody_locks_costs_no_other_its_lease() {
    let place = Place::new();
    let id = enqueue(
        &place,
        &Gated {
            gate: "g".to_owned(),
            asks: true,
        },
    );
    let other = enqueue(
        &place,
        &Gated {
            gate: "g".to_owned(),
            asks: true,
        },
    );
    let worker = place.worker(2).build().unwrap().spawn();
    for id in [id, other] {
        place.wait_for(id, SyncJobState::Running);
    }
    let holder = &mut place.conn();
    holder
        .batch_execute(&format!(
            "BEGIN; SELECT FROM sync_jobs WHERE id = {id} FOR UPDATE"
        ))
        .unwrap();
    let before = place.job(other).locked_until;
    wait_until(|| place.job(other).locked_until > before);
    holder.batch_execute("ROLLBACK").unwrap();
    let before = place.job(id).locked_until;
    wait_until(|| place.job(id).locked_until > before);
    place.open_gate("g");
    for id in [id, other] {
        assert_eq!(place.wait_for(id, SyncJobState::Completed).attempts, 1);
    }
    worker.stop();
}

#[test]
fn the_last_attempt_of_a_lost_worker_fails() {
    let place = Place::new();
    place.execute(
        "INSERT INTO sync_jobs (kind, state, attempts, max_attempts, locked_by, locked_until) \
         VALUES ('note', 'running', 3, 3, 'host/1/x', '2026-03-01 12:00:00+01')",
    );
    place.worker(1).until_empty(true).build().unwrap().run();
    assert_eq!(place.states(), "failed 1");
    assert_eq!(
        place.ask("SELECT last_error FROM sync_jobs"),
        "the worker host/1/x was lost in attempt 3: its lease ended at 2026-03-01 11:00:00 UTC"
    );
    let id = place
        .ask("SELECT id FROM sync_jobs")
        .parse::<i64>()
        .unwrap()
        .into();
    Queue::retry(&mut place.conn(), EVERYONE, id).unwrap();
}

#[test]
fn connections_that_die_all_the_time_cost_no_job_and_double_none() {
    let place = Place::new();
    let jobs: Vec<_> = (0..300)
        .map(|n| Note {
            text: n.to_string(),
        })
        .collect();
    Queue::enqueue_many(&mut place.conn(), &jobs).unwrap();
    // The jobs of claims whose answer was lost come back when their leases end.
    let worker = place.worker(4).build().unwrap().spawn();
    let killer = &mut place.conn();
    let counter = &mut place.conn();
    let terminate = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity \
        WHERE datname = current_database() AND application_name = 'spending-db'";
    wait_until(|| {
        ask(killer, terminate);
        execute(
            counter,
            "UPDATE sync_jobs SET locked_until = now() - interval '1 s', run_at = now() \
             WHERE state = 'running' AND started_at < now() - interval '2 s'",
        );
        thread::sleep(Duration::from_millis(100));
        ask(
            counter,
            "SELECT count(*) FROM sync_jobs WHERE state = 'completed'",
        ) == "300"
    });
    worker.stop();
    assert_eq!(
        place.ask("SELECT count(*) || ' ' || count(DISTINCT job) FROM notes"),
        "300 300"
    );
}

#[test]
fn a_server_that_lets_nobody_in_for_a_while_is_waited_for() {
    let place = Place::new();
    let id = enqueue(&place, &Stepwise { steps: 1 });
    let worker = place.worker(2).build().unwrap().spawn();
    place.wait_for(id, SyncJobState::Running);
    let name = place.ask("SELECT current_database()");
    let conn = &mut maintenance();
    conn.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        .unwrap();
    let terminate = format!(
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = '{name}'"
    );
    ask(conn, &terminate);
    thread::sleep(Duration::from_millis(500));
    conn.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        .unwrap();
    place.open_gate("1");
    enqueue_note(&place, "after");
    wait_until(|| place.states() == "completed 2");
    worker.stop();
    let mut notes = place.notes();
    notes.sort();
    assert_eq!(notes, ["1", "after"]);
}

#[test]
fn a_server_that_is_started_again_is_found_again() {
    let server = Server::temporary().unwrap();
    let config = Config::from_url(&server.url(spending_db::embedded::DATABASE)).unwrap();
    let database = Database::open(config.checkout_timeout(Duration::from_secs(2))).unwrap();
    let conn = &mut *database.conn().unwrap();
    // A private server may forget the last commits when it crashes; what is enqueued here it must not.
    execute(conn, "SET synchronous_commit = on");
    execute(
        conn,
        "CREATE TABLE notes (id serial, job bigint, attempt integer, text text)",
    );
    let jobs = |from: usize| {
        (from..from + 200)
            .map(|n| Note {
                text: n.to_string(),
            })
            .collect::<Vec<_>>()
    };
    Queue::enqueue_many(conn, &jobs(0)).unwrap();
    let worker = Worker::builder(&database, registry())
        .threads(2)
        .poll(Duration::from_millis(50));
    let worker = worker.build().unwrap().spawn();
    let count = |conn: &mut _| ask(conn, "SELECT count(*) FROM notes");
    wait_until(|| count(conn) != "0");
    // As the server's own restart after a crash: every connection is lost, and none is made for a moment.
    let before = checkpointer(conn).unwrap();
    let victim = ask(conn, "SELECT pg_backend_pid()");
    std::process::Command::new("kill")
        .args(["-9", &victim])
        .status()
        .unwrap();
    wait_until(|| {
        database
            .conn()
            .is_ok_and(|mut conn| checkpointer(&mut conn).is_ok_and(|pid| pid != before))
    });
    let conn = &mut *database.conn().unwrap();
    execute(conn, "SET synchronous_commit = on");
    Queue::enqueue_many(conn, &jobs(200)).unwrap();
    wait_until(|| {
        execute(
            conn,
            "UPDATE sync_jobs SET locked_until = now() WHERE state = 'running' AND started_at < now() - interval '2 s'",
        );
        count(conn) == "400"
    });
    worker.stop();
    assert_eq!(ask(conn, "SELECT count(DISTINCT text) FROM notes"), "400");
}

/// A process of the server that a crash replaces.
fn checkpointer(conn: &mut PgConnection) -> QueryResult<i32> {
    const PID: &str = "(SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer')";
    diesel::select(sql::<Integer>(PID)).get_result(conn)
}
