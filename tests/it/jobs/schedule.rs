//! Jobs that come again and again.

use std::time::Duration;

use chrono::NaiveTime;
use spending_db::Error;
use spending_db::jobs::{Registry, Schedule};

use super::kinds::Note;
use super::place::Place;
use crate::support::threads::at_once;
use crate::support::wait_until;

fn note() -> Note {
    Note {
        text: "tick".to_owned(),
    }
}

fn every(seconds: u64) -> Schedule {
    Schedule::new()
        .every("ticks", Duration::from_secs(seconds), &note())
        .unwrap()
}

#[test]
fn four_workers_run_each_time_once() {
    let place = Place::new();
    let workers: Vec<_> = (0..4)
        .map(|_| place.worker(2).schedule(every(1)).build().unwrap().spawn())
        .collect();
    wait_until(|| place.notes().len() >= 4);
    for worker in workers {
        worker.stop();
    }
    let ran = "SELECT count(*) || ' ' || count(DISTINCT run_at) || ' ' || count(DISTINCT date_trunc('second', run_at)) \
               FROM sync_jobs WHERE state = 'completed'";
    let ran = place.ask(ran);
    let counts: Vec<_> = ran.split(' ').collect();
    assert!(counts.iter().all(|count| *count == counts[0]), "{ran}");
    assert_eq!(place.ask("SELECT count(*) FROM notes"), counts[0]);
    let early = "SELECT count(*) FROM sync_jobs WHERE started_at < run_at";
    assert_eq!(place.ask(early), "0");
}

#[test]
fn who_plans_at_the_same_moment_plans_once() {
    let place = Place::new();
    for _ in 0..10 {
        let schedule = every(3600);
        let planned = at_once(&place.test, 8, |conn, _| schedule.plan(conn).unwrap().len());
        assert_eq!(planned.iter().sum::<usize>(), 1, "{planned:?}");
        place.execute("DELETE FROM sync_jobs");
    }
}

#[test]
fn the_first_time_is_the_next_one() {
    let place = Place::new();
    every(3600).plan(&mut place.conn()).unwrap();
    let at = "SELECT run_at = date_trunc('hour', now()) + interval '1 hour' FROM sync_jobs";
    assert_eq!(place.ask(at), "true");
    assert_eq!(every(3600).plan(&mut place.conn()).unwrap(), []);
}

#[test]
fn a_day_s_time_is_utc() {
    let place = Place::new();
    let now = place.ask("SELECT to_char(now() AT TIME ZONE 'UTC', 'HH24:MI:SS')");
    let now: NaiveTime = now.parse().unwrap();
    let (past, coming) = (
        now - chrono::TimeDelta::minutes(5),
        now + chrono::TimeDelta::minutes(5),
    );
    let schedule = Schedule::new()
        .daily_at("past", past, &note())
        .and_then(|schedule| schedule.daily_at("coming", coming, &note()))
        .unwrap();
    let conn = &mut place.conn();
    diesel::connection::SimpleConnection::batch_execute(conn, "SET TIME ZONE 'Asia/Tokyo'")
        .unwrap();
    schedule.plan(conn).unwrap();
    for (name, least, most) in [
        ("past", "23 hours 50 minutes", "24 hours"),
        ("coming", "0", "10 minutes"),
    ] {
        let is_so = format!(
            "SELECT run_at BETWEEN now() + interval '{least}' AND now() + interval '{most}' \
             FROM sync_jobs WHERE unique_key = 'schedule:{name}'"
        );
        assert_eq!(place.ask(&is_so), "true", "{name}");
    }
}

#[test]
fn what_was_missed_is_run_once() {
    let place = Place::new();
    let conn = &mut place.conn();
    every(3600).plan(conn).unwrap();
    place.execute(
        "UPDATE sync_jobs SET state = 'completed', run_at = run_at - interval '100 hours'",
    );
    assert_eq!(every(3600).plan(conn).unwrap().len(), 1);
    let due = "SELECT run_at = date_trunc('hour', now()) FROM sync_jobs WHERE state = 'queued'";
    assert_eq!(place.ask(due), "true");
    place.worker(1).until_empty(true).build().unwrap().run();
    assert_eq!(place.notes(), ["tick"]);
    every(3600).plan(conn).unwrap();
    let next = "SELECT run_at > now() FROM sync_jobs WHERE state = 'queued'";
    assert_eq!(place.ask(next), "true");
}

#[test]
fn one_that_fails_comes_again_at_its_time() {
    let place = Place::new();
    let conn = &mut place.conn();
    every(3600).plan(conn).unwrap();
    place.execute("UPDATE sync_jobs SET state = 'failed', run_at = date_trunc('hour', now())");
    every(3600).plan(conn).unwrap();
    assert_eq!(place.states(), "failed 1, queued 1");
    let next = "SELECT run_at = date_trunc('hour', now()) + interval '1 hour' FROM sync_jobs WHERE state = 'queued'";
    assert_eq!(place.ask(next), "true");
}

#[test]
fn wrong_schedules_are_refused() {
    let twice = every(60).daily_at("ticks", NaiveTime::MIN, &note());
    assert!(matches!(twice, Err(Error::InvalidInput { field, .. }) if field == "name"));
    let never = Schedule::new().every("x", Duration::from_millis(900), &note());
    assert!(matches!(never, Err(Error::InvalidInput { field, .. }) if field == "period"));
}

#[test]
fn the_upkeep_is_planned_with_kinds_that_are_shipped() {
    let place = Place::new();
    let planned = Schedule::upkeep().unwrap().plan(&mut place.conn()).unwrap();
    assert_eq!(planned.len(), 4);
    place.execute("UPDATE sync_jobs SET run_at = now()");
    let done = place
        .worker_for(Registry::shipped(), 2)
        .until_empty(true)
        .build()
        .unwrap()
        .run();
    assert_eq!(
        (done.completed, done.failed + done.retried),
        (4, 0),
        "{}",
        place.states()
    );
}
