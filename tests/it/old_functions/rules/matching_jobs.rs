//! Matching jobs.

use chrono::TimeDelta;
use serde_json::json;
use spending_db::Error;
use spending_db::models::system::{
    MatchingJob, MatchingJobCounts, MatchingJobStep, NewMatchingJob, STALLED,
};
use spending_db::types::{EVERYONE, MatchingJobStatus, UserId};

use super::super::call;
use super::fixtures::run;
use crate::support::TestDatabase;
use crate::support::fixtures::user;

#[test]
fn an_owner_sees_their_own_jobs_only() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (user(conn, "ada"), user(conn, "bob"));
    let job = NewMatchingJob::new(ada, "amazon").insert(conn).unwrap();
    assert_eq!(MatchingJob::find(conn, ada, job.id).unwrap(), job);
    let active = MatchingJob::list_active(conn, ada).unwrap();
    assert_eq!(active, std::slice::from_ref(&job));
    assert_eq!(MatchingJob::list_active(conn, bob).unwrap(), []);
    for outcome in [
        MatchingJob::find(conn, bob, job.id).map(drop),
        MatchingJob::advance(conn, bob, job.id, MatchingJobStep::Running),
        MatchingJob::set_counts(conn, bob, job.id, MatchingJobCounts::default()),
    ] {
        assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
    }
    let answer = call(conn, "get_matching_job", json!({"job_id": job.id})).unwrap();
    assert_eq!(answer["user_id"], json!(ada), "callers compare it");
    let unknown = NewMatchingJob::new(UserId(4242), "amazon").insert(conn);
    assert!(matches!(unknown, Err(Error::Reference { .. })));
}

#[test]
fn the_status_is_one_of_four() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let job = NewMatchingJob::new(ada, "amazon").insert(conn).unwrap();
    let arguments = json!({"job_id": job.id, "status": "done"});
    let refused = call(conn, "update_matching_job_status", arguments).unwrap_err();
    assert_eq!(refused.data["argument"], "status");
    assert_eq!(MatchingJob::find(conn, ada, job.id).unwrap(), job);
}

#[test]
fn a_job_that_runs_again_keeps_its_end() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let id = NewMatchingJob::new(ada, "amazon").insert(conn).unwrap().id;
    let failed = MatchingJobStep::Failed {
        error_message: Some("no answer"),
    };
    for step in [failed, MatchingJobStep::Running] {
        MatchingJob::advance(conn, ada, id, step).unwrap();
    }
    let job = MatchingJob::find(conn, ada, id).unwrap();
    assert_eq!(job.status, MatchingJobStatus::Running);
    assert_eq!(job.error_message.as_deref(), Some("no answer"));
    assert!(job.completed_at.is_some() && job.started_at >= job.completed_at);
}

#[test]
fn progress_is_rounded_half_to_even() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let id = NewMatchingJob::new(ada, "amazon").insert(conn).unwrap().id;
    for (processed, total, percent) in [
        (1, 8, 12),
        (3, 8, 38),
        (1, 200, 0),
        (3, 200, 2),
        (23, 40, 57),
        (109, 200, 55),
        (4, 3, 133),
        (4, 0, 0),
        (4, -1, 0),
        (i32::MAX, 1, 214_748_364_700),
    ] {
        let counts = MatchingJobCounts {
            total_items: Some(total),
            processed_items: Some(processed),
            ..MatchingJobCounts::default()
        };
        MatchingJob::set_counts(conn, ada, id, counts).unwrap();
        let job = MatchingJob::find(conn, ada, id).unwrap();
        assert_eq!(job.progress_percentage(), percent, "{processed}/{total}");
        assert!(job.last_progress_at.is_some());
    }
}

#[test]
fn jobs_are_stale_by_their_own_clock() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    run(
        conn,
        &format!(
            "SET TIME ZONE 'Pacific/Auckland';
             INSERT INTO matching_jobs (id, user_id, job_type, status, created_at, started_at) VALUES
                (11, {ada}, 'a', 'queued', now() - interval '31 minutes', NULL),
                (12, {ada}, 'a', 'queued', now() - interval '29 minutes', NULL),
                (13, {ada}, 'a', 'running', now() - interval '5 hours', now() - interval '29 minutes'),
                (14, {ada}, 'a', 'running', now() - interval '5 hours', now() - interval '31 minutes'),
                (15, {ada}, 'a', 'running', now() - interval '5 hours', NULL),
                (16, {ada}, 'a', 'completed', now() - interval '5 hours', now() - interval '5 hours')"
        ),
    );
    let stale = call(conn, "cleanup_stale_matching_jobs", json!({})).unwrap();
    assert_eq!(stale, json!({"cleaned_up": 2, "job_ids": [11, 14]}));
    let job = MatchingJob::find(conn, EVERYONE, 14.into()).unwrap();
    assert_eq!(job.error_message.as_deref(), Some(STALLED));
    assert!(job.completed_at.is_some());
    let future = MatchingJob::fail_stale(conn, TimeDelta::minutes(-1)).unwrap();
    assert_eq!(future, [12.into(), 13.into()]);
}
