//! Workers that end.

use std::time::{Duration, Instant};

use spending_db::types::SyncJobState;

use super::kinds::{Gated, Note, Stepwise, enqueue, enqueue_note};
use super::place::Place;
use crate::support::wait_until;

#[test]
fn what_is_begun_is_finished_and_nothing_more_is_taken() {
    let place = Place::new();
    let id = enqueue(&place, &Stepwise { steps: 1 });
    let worker = place.worker(1).build().unwrap().spawn();
    place.wait_for(id, SyncJobState::Running);
    let later = enqueue_note(&place, "later");
    worker.shutdown().request();
    place.open_gate("1");
    let done = worker.join();
    assert_eq!((done.completed, done.handed_back), (1, 0));
    assert_eq!(place.job(id).state, SyncJobState::Completed);
    assert_eq!(place.job(later).state, SyncJobState::Queued);
}

#[test]
fn a_job_that_asks_is_handed_back_at_once() {
    let place = Place::new();
    let id = enqueue(
        &place,
        &Gated {
            gate: "g".to_owned(),
            asks: true,
        },
    );
    let worker = place.worker(1).build().unwrap().spawn();
    place.wait_for(id, SyncJobState::Running);
    let done = worker.stop();
    assert_eq!((done.completed, done.handed_back), (0, 1));
    let job = place.job(id);
    assert_eq!(
        (job.state, job.attempts, job.locked_by),
        (SyncJobState::Queued, 0, None)
    );
    assert_eq!(place.notes(), [""; 0]);
}

#[test]
fn what_takes_too_long_is_handed_back_and_cannot_come_late() {
    let place = Place::new();
    let id = enqueue(
        &place,
        &Gated {
            gate: "g".to_owned(),
            asks: false,
        },
    );
    let steps = enqueue(&place, &Stepwise { steps: 1 });
    let worker = place.worker(2).grace(Duration::from_millis(300));
    let worker = worker.build().unwrap().spawn();
    for id in [id, steps] {
        place.wait_for(id, SyncJobState::Running);
    }
    let asked = Instant::now();
    let done = worker.stop();
    assert!(asked.elapsed() >= Duration::from_millis(300));
    assert_eq!(done.handed_back, 2);
    for id in [id, steps] {
        let job = place.job(id);
        assert_eq!((job.state, job.attempts), (SyncJobState::Queued, 0));
    }
    // The threads that were left to themselves go on now, beside a worker that does the jobs.
    place.open_gate("g");
    place.open_gate("1");
    place.worker(2).until_empty(true).build().unwrap().run();
    wait_until(|| place.database.state().in_use == 0);
    assert_eq!(place.states(), "completed 2");
    let mut notes = place.notes();
    notes.sort();
    assert_eq!(notes, ["1", "g"]);
}

#[test]
fn it_ends_by_itself_after_its_time() {
    let place = Place::new();
    let begun = Instant::now();
    place
        .worker(2)
        .stop_after(Duration::from_millis(200))
        .build()
        .unwrap()
        .run();
    assert!(begun.elapsed() >= Duration::from_millis(200));
}

#[test]
fn until_empty_waits_for_what_runs_elsewhere() {
    let place = Place::new();
    let id = enqueue(
        &place,
        &Gated {
            gate: "g".to_owned(),
            asks: true,
        },
    );
    let first = place.worker(1).build().unwrap().spawn();
    place.wait_for(id, SyncJobState::Running);
    let second = place.worker(1).until_empty(true).build().unwrap();
    let ended = std::thread::spawn(move || second.run());
    enqueue_note(&place, "more");
    wait_until(|| place.notes() == ["more"]);
    assert!(!ended.is_finished());
    place.open_gate("g");
    ended.join().unwrap();
    assert_eq!(place.job(id).state, SyncJobState::Completed);
    first.stop();
}

#[test]
fn idle_threads_leave_the_pool_to_others() {
    let place = Place::new();
    let jobs: Vec<_> = (0..20)
        .map(|n| Note {
            text: n.to_string(),
        })
        .collect();
    spending_db::jobs::Queue::enqueue_many(&mut place.conn(), &jobs).unwrap();
    // An idle worker looks again after an hour, so this is no chance.
    let worker = place
        .worker(4)
        .poll(Duration::from_secs(3600))
        .build()
        .unwrap()
        .spawn();
    wait_until(|| place.notes().len() == 20);
    wait_until(|| place.database.state().in_use == 0);
    worker.stop();
}
