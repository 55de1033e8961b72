//! Jobs that fail, panic or are cancelled while they run.

use std::time::Duration;

use spending_db::Error;
use spending_db::jobs::{Backoff, Context, Job, Queue, Registry, Worker};
use spending_db::types::{EVERYONE, SyncJobState};

use super::kinds::{Fails, Gated, Panics, Stepwise, enqueue, enqueue_note};
use super::place::Place;
use crate::support::wait_until;

// D34: a failure is a state of the row, with a short message.
#[test]
fn a_failure_is_tried_again_and_then_is_one() {
    let place = Place::new();
    let recovers = enqueue(&place, &Fails { times: 2 });
    let never = enqueue(&place, &Fails { times: 99 });
    let worker = place.worker(2).build().unwrap().spawn();
    let job = place.wait_for(recovers, SyncJobState::Completed);
    assert_eq!(
        (job.attempts, job.result, job.last_error),
        (3, Some(3.into()), None)
    );
    let job = place.wait_for(never, SyncJobState::Failed);
    assert_eq!(job.attempts, 3);
    assert_eq!(job.last_error.as_deref(), Some("weather: it rains"));
    assert!(job.finished_at.is_some() && job.locked_by.is_none());
    let done = worker.stop();
    assert_eq!((done.completed, done.retried, done.failed), (1, 4, 1));
    assert_eq!(
        place.notes(),
        ["attempt 3"],
        "what a failed attempt did is rolled back"
    );
}

#[derive(serde::Serialize, serde::Deserialize)]
struct Slow {}

impl Job for Slow {
    const KIND: &'static str = "slow to come back";
    const BACKOFF: Backoff = Backoff {
        first: Duration::from_secs(1000),
        most: Duration::from_secs(3000),
    };
    type Output = ();

    fn run(&self, _: &mut Context<'_>) -> spending_db::Result<()> {
        Err(Error::NotFound)
    }
}

#[test]
fn the_wait_doubles_with_chance() {
    let place = Place::new();
    for _ in 0..40 {
        enqueue(&place, &Slow {});
    }
    for least in [750, 1500, 2250] {
        let worker = place.worker_for(Registry::new().with::<Slow>(), 2);
        worker.until_empty(true).build().unwrap().run();
        let most = least / 3 * 5;
        // `finished_at` is empty; the wait counts from the failure, a moment ago.
        let outside = format!(
            "SELECT count(*) FROM sync_jobs WHERE run_at NOT BETWEEN \
             now() + interval '{least} s' - interval '1 min' AND now() + interval '{most} s'"
        );
        assert_eq!(place.ask(&outside), "0");
        let spread = "SELECT extract(epoch FROM max(run_at) - min(run_at)) > 100 FROM sync_jobs";
        assert_eq!(place.ask(spread), "true");
        place.execute("UPDATE sync_jobs SET run_at = now()");
    }
}

#[test]
fn a_panic_fails_alone_and_tells_no_secret() {
    let place = Place::new();
    let id = enqueue(&place, &Panics {});
    for n in 0..20 {
        enqueue_note(&place, &n.to_string());
    }
    let worker = place.worker(1).build().unwrap().spawn();
    let job = place.wait_for(id, SyncJobState::Failed);
    assert_eq!(job.attempts, 2);
    let error = job.last_error.unwrap();
    assert!(
        error.starts_with("panicked") && !error.contains("hunter2"),
        "{error}"
    );
    wait_until(|| place.notes().len() == 20);
    let done = worker.stop();
    assert_eq!((done.completed, done.retried, done.failed), (20, 1, 1));
    assert!(!place.notes().contains(&"panic".to_owned()));
}

#[test]
fn a_payload_that_the_kind_cannot_read_fails() {
    let place = Place::new();
    place.execute("INSERT INTO sync_jobs (kind, payload, max_attempts) VALUES ('note', '{}', 1)");
    place.worker(1).until_empty(true).build().unwrap().run();
    assert_eq!(place.states(), "failed 1");
    assert_eq!(
        place.ask("SELECT last_error FROM sync_jobs"),
        "payload: missing field `text`"
    );
}

#[test]
fn a_job_that_is_cancelled_hears_of_it_and_leaves_nothing() {
    let place = Place::new();
    let id = enqueue(
        &place,
        &Gated {
            gate: "g".to_owned(),
            asks: true,
        },
    );
    // Heartbeats are far apart: it hears of it by the notification.
    let worker = place.worker(1).build().unwrap().spawn();
    place.wait_for(id, SyncJobState::Running);
    Queue::cancel(&mut place.conn(), EVERYONE, id).unwrap();
    enqueue_note(&place, "next");
    wait_until(|| place.notes() == ["next"]);
    assert_eq!(place.job(id).state, SyncJobState::Cancelled);
    assert_eq!(worker.stop().lost, 1);
}

#[test]
fn a_cancelled_job_that_does_not_ask_is_rolled_back() {
    let place = Place::new();
    let atomic = enqueue(
        &place,
        &Gated {
            gate: "g".to_owned(),
            asks: false,
        },
    );
    let steps = enqueue(&place, &Stepwise { steps: 2 });
    let worker = place.worker(2).build().unwrap().spawn();
    place.open_gate("1");
    wait_until(|| place.notes() == ["1"]);
    for id in [atomic, steps] {
        place.wait_for(id, SyncJobState::Running);
        Queue::cancel(&mut place.conn(), EVERYONE, id).unwrap();
    }
    place.open_gate("g");
    place.open_gate("2");
    enqueue_note(&place, "next");
    wait_until(|| place.notes().contains(&"next".to_owned()));
    assert_eq!(worker.stop().lost, 2);
    assert_eq!(
        place.notes(),
        ["1", "next"],
        "the step before stays, what came after is rolled back"
    );
    assert_eq!(place.states(), "cancelled 2, completed 1");
}

// D35: others see how far a job is, also while it is one transaction.
#[test]
fn progress_is_seen_while_the_job_runs() {
    let place = Place::new();
    let atomic = enqueue(
        &place,
        &Gated {
            gate: "g".to_owned(),
            asks: true,
        },
    );
    let steps = enqueue(&place, &Stepwise { steps: 3 });
    let worker = place.worker(2).build().unwrap().spawn();
    let progress = |id| {
        let job = place.job(id);
        (job.progress_done, job.progress_total)
    };
    wait_until(|| progress(atomic) == (1, Some(2)));
    wait_until(|| progress(steps) == (0, Some(3)));
    place.open_gate("1");
    wait_until(|| progress(steps) == (1, Some(3)));
    assert_eq!(place.job(steps).state, SyncJobState::Running);
    for gate in ["g", "2", "3"] {
        place.open_gate(gate);
    }
    let job = place.wait_for(steps, SyncJobState::Completed);
    assert_eq!((job.progress_done, job.result), (3, Some(3.into())));
    place.wait_for(atomic, SyncJobState::Completed);
    worker.stop();
}

#[test]
fn a_pool_that_is_too_small_is_told() {
    let place = Place::new();
    let build = |threads| {
        Worker::builder(&place.database, Registry::new())
            .threads(threads)
            .build()
    };
    assert!(build(20).is_ok());
    assert_eq!(
        build(21).unwrap_err().to_string(),
        "SPENDING_DB_POOL_SIZE: 21 threads need a connection each, and the pool has 20"
    );
    assert!(matches!(build(0), Err(Error::InvalidInput { field, .. }) if field == "threads"));
}
