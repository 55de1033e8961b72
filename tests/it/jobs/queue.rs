//! Enqueuing, cancelling, trying again.

use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::prelude::*;
use diesel::result::Error::RollbackTransaction;
use diesel::sql_types::Timestamptz;
use spending_db::Error;
use spending_db::jobs::{NewJob, Queue, Registry};
use spending_db::models::system::{SyncJob, SyncJobFilter};
use spending_db::types::{EVERYONE, SyncJobId, SyncJobState, UserId};

use super::kinds::{Fails, Note, enqueue, enqueue_note, new_note, registry};
use super::place::Place;
use crate::support::explain::statements;
use crate::support::threads::{at_once, race};
use crate::support::{fixtures, wait_until};

#[test]
fn what_is_enqueued_and_rolled_back_is_never_run() {
    let place = Place::new();
    let conn = &mut place.conn();
    let enqueued: Result<(), Error> = conn.transaction(|conn| {
        Queue::enqueue(
            conn,
            &Note {
                text: "never".to_owned(),
            },
        )?;
        Err(RollbackTransaction.into())
    });
    enqueued.unwrap_err();
    enqueue_note(&place, "kept");
    let done = place.worker(2).until_empty(true).build().unwrap().run();
    assert_eq!(done.completed, 1);
    assert_eq!(place.notes(), ["kept"]);
}

#[test]
fn the_commit_makes_it_visible_and_wakes_an_idle_worker() {
    let place = Place::new();
    // It would look by itself after an hour.
    let worker = place.worker(2).poll(Duration::from_secs(3600));
    let worker = worker.build().unwrap().spawn();
    enqueue_note(&place, "first");
    wait_until(|| place.notes() == ["first"]);
    let conn = &mut place.conn();
    conn.transaction(|conn| {
        let job = Queue::enqueue(
            conn,
            &Note {
                text: "second".to_owned(),
            },
        )?;
        assert_eq!(
            SyncJob::find(&mut place.conn(), EVERYONE, job.id)
                .unwrap_err()
                .to_string(),
            Error::NotFound.to_string()
        );
        Ok::<_, Error>(())
    })
    .unwrap();
    wait_until(|| place.notes() == ["first", "second"]);
    assert_eq!(worker.stop().completed, 2);
}

#[test]
fn a_unique_key_has_one_active_job_whoever_enqueues() {
    let place = Place::new();
    let job = new_note("once").unique_key("key");
    let enqueued = at_once(&place.test, 16, |conn, _| {
        Queue::insert(conn, &job).unwrap()
    });
    assert_eq!(enqueued.iter().filter(|job| job.is_new).count(), 1);
    assert!(enqueued.iter().all(|job| job.id == enqueued[0].id));

    place.worker(4).until_empty(true).build().unwrap().run();
    assert_eq!(place.notes(), ["once"]);
    let again = Queue::insert(&mut place.conn(), &job).unwrap();
    assert!(again.is_new && again.id != enqueued[0].id);
}

#[test]
fn a_unique_key_is_free_again_the_moment_its_job_ends() {
    let place = Place::new();
    let job = new_note("again").unique_key("key");
    let worker = place.worker(2).build().unwrap().spawn();
    let enqueued = at_once(&place.test, 4, |conn, _| {
        let new = (0..100).filter(|_| Queue::insert(conn, &job).unwrap().is_new);
        new.count()
    });
    wait_until(|| !place.states().contains("queued") && !place.states().contains("running"));
    worker.stop();
    let new: usize = enqueued.into_iter().sum();
    assert_eq!(place.notes().len(), new);
}

#[test]
fn many_jobs_are_one_statement() {
    let place = Place::new();
    let jobs: Vec<_> = (0..500)
        .map(|n| Note {
            text: n.to_string(),
        })
        .collect();
    let mut ids = Vec::new();
    let sent = statements(&mut place.conn(), |conn| {
        ids = Queue::enqueue_many(conn, &jobs).unwrap();
    });
    assert_eq!((sent.len(), ids.len()), (1, 500));
    assert!(ids.is_sorted());
    place.worker(4).until_empty(true).build().unwrap().run();
    assert_eq!(place.notes().len(), 500);

    let twins = [
        new_note("a").unique_key("k"),
        new_note("b").unique_key("k"),
        new_note("c"),
    ];
    let ids = Queue::insert_many(&mut place.conn(), &twins).unwrap();
    assert_eq!(ids.len(), 2);
    assert_eq!(place.job(ids[0]).payload["text"], "a");
}

#[test]
fn what_was_said_about_a_job_is_kept() {
    let place = Place::new();
    let conn = &mut place.conn();
    let user = fixtures::user(conn, "ann");
    let at: DateTime<Utc> = "2100-01-01T00:00:00Z".parse().unwrap();
    let job = new_note("later")
        .priority(-3)
        .max_attempts(7)
        .run_at(at)
        .user(user);
    let job = place.job(Queue::insert(conn, &job).unwrap().id);
    assert_eq!(
        (
            job.kind.as_str(),
            job.priority,
            job.max_attempts,
            job.run_at,
            job.user_id
        ),
        ("note", -3, 7, at, Some(user))
    );
    assert_eq!((job.state, job.attempts), (SyncJobState::Queued, 0));

    // The database's clock, not this process's.
    let run_at = conn.transaction(|conn| {
        let now: DateTime<Utc> =
            diesel::select(dsl::now.into_sql::<Timestamptz>()).get_result(conn)?;
        let id = Queue::insert(conn, &new_note("now"))?.id;
        Ok::<_, Error>((SyncJob::find(conn, EVERYONE, id)?.run_at, now))
    });
    let (run_at, now) = run_at.unwrap();
    assert_eq!(run_at, now);

    let nobody = new_note("x").user(UserId(999_999));
    assert!(matches!(
        Queue::insert(conn, &nobody),
        Err(Error::Reference { constraint }) if constraint == "sync_jobs_user_id_fkey"
    ));
    assert!(Queue::insert(conn, &new_note("x").max_attempts(0)).is_err());
}

#[test]
fn what_is_not_to_run_yet_waits() {
    let place = Place::new();
    let conn = &mut place.conn();
    let at = Utc::now() + chrono::TimeDelta::hours(1);
    let later = Queue::insert(conn, &new_note("later").run_at(at))
        .unwrap()
        .id;
    enqueue_note(&place, "now");
    place.worker(2).until_empty(true).build().unwrap().run();
    assert_eq!(place.notes(), ["now"]);
    assert_eq!(place.job(later).state, SyncJobState::Queued);
    place.execute("UPDATE sync_jobs SET run_at = now() WHERE state = 'queued'");
    place.worker(2).until_empty(true).build().unwrap().run();
    assert_eq!(place.notes(), ["now", "later"]);
}

// D18: a step goes only from the states that it may follow.
#[test]
fn what_has_ended_stays_as_it_is() {
    let place = Place::new();
    let conn = &mut place.conn();
    let done = enqueue_note(&place, "done");
    place.worker(1).until_empty(true).build().unwrap().run();
    let before = place.job(done);
    for refused in [
        Queue::cancel(conn, EVERYONE, done).unwrap_err(),
        Queue::retry(conn, EVERYONE, done).unwrap_err(),
    ] {
        assert!(
            matches!(&refused, Error::InvalidInput { field, .. } if field == "state"),
            "{refused}"
        );
    }
    assert_eq!(place.job(done), before);

    let cancelled = enqueue_note(&place, "cancelled");
    let job = Queue::cancel(conn, EVERYONE, cancelled).unwrap();
    assert_eq!(job.state, SyncJobState::Cancelled);
    assert!(job.finished_at.is_some());
    Queue::cancel(conn, EVERYONE, cancelled).unwrap_err();
    place.worker(1).until_empty(true).build().unwrap().run();
    assert_eq!(place.notes(), ["done"]);

    let job = Queue::retry(conn, EVERYONE, cancelled).unwrap();
    assert_eq!((job.state, job.finished_at), (SyncJobState::Queued, None));
    place.worker(1).until_empty(true).build().unwrap().run();
    assert_eq!(place.notes(), ["done", "cancelled"]);
}

#[test]
fn a_failed_job_is_tried_again_on_demand() {
    let place = Place::new();
    let id = enqueue(&place, &Fails { times: 3 });
    wait_until(|| {
        place.worker(1).until_empty(true).build().unwrap().run();
        place.job(id).state == SyncJobState::Failed
    });
    assert_eq!(place.job(id).attempts, 3);
    let job = Queue::retry(&mut place.conn(), EVERYONE, id).unwrap();
    assert_eq!((job.attempts, job.max_attempts), (3, 4));
    place.worker(1).until_empty(true).build().unwrap().run();
    let job = place.job(id);
    assert_eq!((job.state, job.attempts), (SyncJobState::Completed, 4));
    assert_eq!(job.last_error, None);
}

#[test]
fn another_s_jobs_are_not_found() {
    let place = Place::new();
    let conn = &mut place.conn();
    let (ann, bob) = (fixtures::user(conn, "ann"), fixtures::user(conn, "bob"));
    let id = Queue::insert(conn, &new_note("hers").user(ann)).unwrap().id;
    for answer in [
        SyncJob::find(conn, bob, id).map(|_| ()),
        Queue::cancel(conn, bob, id).map(|_| ()),
        Queue::retry(conn, bob, id).map(|_| ()),
        Queue::cancel(conn, EVERYONE, SyncJobId(id.0 + 1)).map(|_| ()),
    ] {
        assert!(matches!(answer, Err(Error::NotFound)), "{answer:?}");
    }
    let filter = SyncJobFilter::default();
    assert_eq!(SyncJob::list(conn, bob, &filter).unwrap(), []);
    assert_eq!(SyncJob::list(conn, ann, &filter).unwrap().len(), 1);
    Queue::cancel(conn, ann, id).unwrap();
}

#[test]
fn lists_are_filtered() {
    let place = Place::new();
    let conn = &mut place.conn();
    for n in 0..5 {
        enqueue_note(&place, &n.to_string());
    }
    let other = enqueue(&place, &Fails { times: 0 });
    Queue::cancel(conn, EVERYONE, other).unwrap();
    let ids = |filter: SyncJobFilter<'_>| {
        let jobs = SyncJob::list(&mut place.conn(), EVERYONE, &filter).unwrap();
        jobs.into_iter()
            .map(|job| job.id.0 - other.0)
            .collect::<Vec<_>>()
    };
    let all = SyncJobFilter::default();
    assert_eq!(ids(all), [0, -1, -2, -3, -4, -5]);
    assert_eq!(
        ids(SyncJobFilter {
            limit: Some(2),
            ..all
        }),
        [0, -1]
    );
    assert_eq!(
        ids(SyncJobFilter {
            kind: Some("fails"),
            ..all
        }),
        [0]
    );
    let state = Some(SyncJobState::Queued);
    assert_eq!(
        ids(SyncJobFilter {
            state,
            limit: Some(1),
            ..all
        }),
        [-1]
    );
    assert_eq!(
        ids(SyncJobFilter {
            state,
            kind: Some("fails"),
            ..all
        }),
        [0; 0]
    );
}

#[test]
fn cancelling_and_claiming_at_once_never_leaves_both() {
    let place = Place::new();
    let worker = place.worker(2).build().unwrap().spawn();
    let id = std::sync::Mutex::new(SyncJobId(0));
    *id.lock().unwrap() = enqueue_note(&place, "0");
    race(
        &place.test,
        &[&|conn, _| {
            let id = *id.lock().unwrap();
            // It may have been completed already.
            let _ = Queue::cancel(conn, EVERYONE, id);
        }],
        |conn, round| {
            let job = *id.lock().unwrap();
            wait_until(|| {
                let state = SyncJob::find(conn, EVERYONE, job).unwrap().state;
                [SyncJobState::Completed, SyncJobState::Cancelled].contains(&state)
            });
            *id.lock().unwrap() = enqueue_note(&place, &(round + 1).to_string());
        },
    );
    worker.stop();
    let wrong = "SELECT count(*) FROM sync_jobs WHERE (state = 'completed') <> EXISTS \
                 (SELECT FROM notes WHERE job = sync_jobs.id) AND state <> 'queued'";
    assert_eq!(place.ask(wrong), "0");
}

#[test]
fn a_registry_reads_jobs_by_name() {
    let payload = serde_json::json!({ "text": "x", "unknown": 1 });
    assert_eq!(
        registry().read_job("note", &payload).unwrap(),
        new_note("x")
    );
    let kinds: Vec<_> = registry().kinds().collect();
    assert_eq!(kinds, ["fails", "gated", "note", "panics", "stepwise"]);
    let error = registry().read_job("nothing", &payload).unwrap_err();
    assert_eq!(
        error.to_string(),
        "kind: takes fails, gated, note, panics, stepwise"
    );
    let error = registry().read_job("fails", &payload).unwrap_err();
    assert_eq!(error.to_string(), "payload: missing field `times`");
    assert!(Registry::shipped().kinds().count() >= 8);
    let job = NewJob::of(&Fails { times: 1 }).unwrap();
    assert_eq!(
        job,
        registry()
            .read_job("fails", &serde_json::json!({ "times": 1 }))
            .unwrap()
    );
}

#[test]
fn a_retry_whose_key_is_taken_is_a_conflict() {
    let place = Place::new();
    let conn = &mut place.conn();
    let job = new_note("x").unique_key("key");
    let first = Queue::insert(conn, &job).unwrap().id;
    Queue::cancel(conn, EVERYONE, first).unwrap();
    Queue::insert(conn, &job).unwrap();
    let refused = Queue::retry(conn, EVERYONE, first);
    assert!(matches!(
        refused,
        Err(Error::Conflict { constraint }) if constraint == "sync_jobs_unique_key_key"
    ));
}
