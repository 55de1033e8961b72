//! Which job comes next.

use spending_db::jobs::{Queue, Registry};
use spending_db::types::SyncJobState;

use super::kinds::{Gated, Note, Stepwise, enqueue, enqueue_note, new_note};
use super::place::Place;
use crate::support::wait_until;

#[test]
fn the_most_urgent_first_then_the_longest_due_then_the_first() {
    let place = Place::new();
    let conn = &mut place.conn();
    let hour = |n: i64| chrono::Utc::now() - chrono::TimeDelta::hours(n);
    for (text, priority, at) in [
        ("f", -1, hour(9)),
        ("c", 0, hour(2)),
        ("a", 5, hour(1)),
        ("b", 1, hour(1)),
    ] {
        Queue::insert(conn, &new_note(text).priority(priority).run_at(at)).unwrap();
    }
    for text in ["d", "e"] {
        enqueue_note(&place, text);
    }
    place.worker(1).until_empty(true).build().unwrap().run();
    assert_eq!(place.notes(), ["a", "b", "c", "d", "e", "f"]);
}

#[test]
fn unknown_kinds_are_left_for_others_and_starve_nobody() {
    let place = Place::new();
    place.execute(
        "INSERT INTO sync_jobs (kind, priority, run_at) \
         SELECT 'newer', 10, now() - interval '1 day' FROM generate_series(1, 2000)",
    );
    let id = enqueue_note(&place, "known");
    place.worker(2).until_empty(true).build().unwrap().run();
    assert_eq!(place.job(id).state, SyncJobState::Completed);
    assert_eq!(place.states(), "completed 1, queued 2000");
    assert_eq!(
        place.ask("SELECT sum(attempts) FROM sync_jobs WHERE kind = 'newer'"),
        "0"
    );
}

#[test]
fn each_worker_takes_its_kinds() {
    let place = Place::new();
    let note = enqueue_note(&place, "x");
    let steps = enqueue(&place, &Stepwise { steps: 0 });
    let only = Registry::new().with::<Stepwise>();
    place
        .worker_for(only, 1)
        .until_empty(true)
        .build()
        .unwrap()
        .run();
    assert_eq!(place.job(steps).state, SyncJobState::Completed);
    assert_eq!(place.job(note).state, SyncJobState::Queued);
}

#[test]
fn quick_jobs_are_not_kept_behind_a_slow_one() {
    let place = Place::new();
    let quick: Vec<_> = (0..300)
        .map(|n| Note {
            text: n.to_string(),
        })
        .collect();
    Queue::enqueue_many(&mut place.conn(), &quick).unwrap();
    // It learns that jobs are quick, and takes some ahead; then its only thread meets a slow one.
    let first = place.worker(1).build().unwrap().spawn();
    wait_until(|| place.notes().len() == 300);
    let mut jobs = vec![
        spending_db::jobs::NewJob::of(&Gated {
            gate: "g".to_owned(),
            asks: true,
        })
        .unwrap(),
    ];
    jobs.extend((0..50).map(|n| new_note(&format!("late {n}"))));
    let ids = Queue::insert_many(&mut place.conn(), &jobs).unwrap();
    place.wait_for(ids[0], SyncJobState::Running);
    let second = place.worker(1).build().unwrap().spawn();
    wait_until(|| place.notes().len() == 350);
    assert_eq!(place.job(ids[0]).state, SyncJobState::Running);
    let attempts = "SELECT max(attempts) FROM sync_jobs";
    assert_eq!(
        place.ask(attempts),
        "1",
        "what was handed back unbegun was no attempt"
    );
    place.open_gate("g");
    place.wait_for(ids[0], SyncJobState::Completed);
    second.stop();
    first.stop();
}

#[test]
fn every_job_is_done_once_by_many_workers() {
    let place = Place::new();
    let jobs: Vec<_> = (0..2000)
        .map(|n| Note {
            text: n.to_string(),
        })
        .collect();
    Queue::enqueue_many(&mut place.conn(), &jobs).unwrap();
    let workers: Vec<_> = (0..4)
        .map(|_| place.worker(3).until_empty(true).build().unwrap().spawn())
        .collect();
    let done: u64 = workers
        .into_iter()
        .map(|worker| worker.join().completed)
        .sum();
    assert_eq!(done, 2000);
    assert_eq!(
        place.ask("SELECT count(*) || ' ' || count(DISTINCT job) FROM notes"),
        "2000 2000"
    );
}
