//! Mailbox syncs.

use chrono::TimeDelta;
use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::models::gmail::{GmailSyncJob, SyncProgress};
use spending_db::operations::gmail::sync_jobs;
use spending_db::types::{EVERYONE, GmailSyncJobId, GmailSyncJobStatus, GmailSyncJobType};

use crate::old_functions::call;
use crate::support::TestDatabase;
use crate::support::fixtures::{Household, mailbox};
use crate::support::rows::{assert_invalid, assert_not_found};

fn run(conn: &mut PgConnection, statement: &str) {
    diesel::sql_query(statement).execute(conn).unwrap();
}

fn progress(processed: i32) -> SyncProgress {
    SyncProgress {
        total: 8,
        processed,
        ..SyncProgress::default()
    }
}

fn find(conn: &mut PgConnection, id: GmailSyncJobId) -> GmailSyncJob {
    GmailSyncJob::find(conn, EVERYONE, id).unwrap()
}

#[test]
fn a_job_that_has_ended_stays_ended() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for status in [
        GmailSyncJobStatus::Cancelled,
        GmailSyncJobStatus::Failed,
        GmailSyncJobStatus::Completed,
    ] {
        let id = GmailSyncJob::create(conn, home.user, home.mailbox, GmailSyncJobType::Full)
            .unwrap()
            .id;
        GmailSyncJob::record_progress(conn, home.user, id, progress(1)).unwrap();
        let ended = GmailSyncJob::finish(conn, home.user, id, status, Some("enough")).unwrap();
        let report = json!({"job_id": id, "total": 8, "processed": 8, "parsed": 8, "failed": 0});
        assert_eq!(
            call(conn, "update_gmail_sync_job_progress", report).unwrap(),
            json!(false)
        );
        assert_eq!(
            call(conn, "complete_gmail_sync_job", json!({"job_id": id})).unwrap(),
            json!(false)
        );
        assert_eq!(find(conn, id), ended);
    }
}

#[test]
fn a_job_ends_only_by_an_end() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for status in ["queued", "running"] {
        let arguments = json!({"job_id": home.sync_job, "status": status});
        let failure = call(conn, "complete_gmail_sync_job", arguments).unwrap_err();
        assert_eq!(failure.data["field"], "status");
    }
    assert_invalid(
        GmailSyncJob::finish(
            conn,
            EVERYONE,
            home.sync_job,
            GmailSyncJobStatus::Queued,
            None,
        ),
        "status",
    );
    let waiting = find(conn, home.sync_job);
    assert_eq!(
        (waiting.status, waiting.completed_at),
        (GmailSyncJobStatus::Queued, None)
    );
}

#[test]
fn progress_keeps_a_job_alive() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    GmailSyncJob::record_progress(conn, EVERYONE, home.sync_job, progress(1)).unwrap();
    run(
        conn,
        "UPDATE gmail_sync_jobs SET created_at = now() - interval '2 hours', started_at = now() - interval '1 hour'",
    );
    let started = find(conn, home.sync_job).started_at;
    let stale =
        |conn: &mut PgConnection| call(conn, "cleanup_stale_gmail_jobs", json!({})).unwrap();
    assert_eq!(stale(conn), json!(0), "its last progress is new");
    let job = GmailSyncJob::record_progress(conn, EVERYONE, home.sync_job, progress(2)).unwrap();
    assert_eq!(job.started_at, started, "the start stays");

    run(
        conn,
        "UPDATE gmail_sync_jobs SET last_progress_at = now() - interval '11 minutes'",
    );
    assert_eq!(stale(conn), json!(1));
    let failed = find(conn, home.sync_job);
    assert_eq!(failed.status, GmailSyncJobStatus::Failed);
    assert_eq!(
        failed.error_message.as_deref(),
        Some("Job timed out - no progress detected")
    );
    assert!(failed.completed_at.is_some());
    let lost = GmailSyncJob::record_progress(conn, EVERYONE, home.sync_job, progress(3));
    assert_not_found(lost);
}

#[test]
fn a_running_job_without_progress_is_judged_by_its_start_and_a_queued_one_by_its_making() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    Household::new(conn, "ada");
    let minutes = TimeDelta::minutes;
    run(
        conn,
        "UPDATE gmail_sync_jobs SET created_at = now() - interval '20 minutes'",
    );
    assert_eq!(
        GmailSyncJob::fail_stale(conn, minutes(30), minutes(1)).unwrap(),
        0
    );
    run(
        conn,
        "UPDATE gmail_sync_jobs SET status = 'running', started_at = now() - interval '5 minutes'",
    );
    assert_eq!(
        GmailSyncJob::fail_stale(conn, minutes(1), minutes(10)).unwrap(),
        0
    );
    run(conn, "UPDATE gmail_sync_jobs SET started_at = NULL");
    assert_eq!(
        GmailSyncJob::fail_stale(conn, minutes(1), minutes(10)).unwrap(),
        1
    );
    let odd = json!({"queued_timeout_minutes": "5 minutes' OR true --"});
    let failure = call(conn, "cleanup_stale_gmail_jobs", odd).unwrap_err();
    assert_eq!(failure.data["argument"], "queued_timeout_minutes");
}

#[test]
fn whether_a_mailbox_is_being_synced_can_be_asked() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let idle = mailbox(conn, home.user, "idle@gmail.example");
    let active = GmailSyncJob::find_active(conn, home.user, Some(home.mailbox)).unwrap();
    assert_eq!(active.unwrap().id, home.sync_job);
    assert_eq!(
        GmailSyncJob::find_active(conn, home.user, Some(idle)).unwrap(),
        None
    );
    let done = GmailSyncJobStatus::Completed;
    GmailSyncJob::finish(conn, home.user, home.sync_job, done, None).unwrap();
    assert_eq!(
        GmailSyncJob::find_active(conn, home.user, None).unwrap(),
        None
    );
    let latest = GmailSyncJob::find_latest(conn, home.user, home.mailbox).unwrap();
    assert_eq!(latest.unwrap().id, home.sync_job);
}

#[test]
fn shares_are_rounded_to_even_and_costs_are_those_of_the_time() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for (processed, percent) in [(1, 12), (3, 38), (5, 62), (7, 88), (9, 112)] {
        GmailSyncJob::record_progress(conn, EVERYONE, home.sync_job, progress(processed)).unwrap();
        let report = call(conn, "get_gmail_sync_job", json!({"job_id": home.sync_job})).unwrap();
        assert_eq!(report["progress_percentage"], percent);
    }
    run(
        conn,
        "UPDATE gmail_receipts SET llm_cost_cents = 7, created_at = '2026-03-01T10:00Z', deleted_at = now()",
    );
    run(
        conn,
        "UPDATE gmail_sync_jobs SET started_at = '2026-03-01T09:00Z', completed_at = '2026-03-01T10:00Z'",
    );
    assert_eq!(
        sync_jobs::find(conn, EVERYONE, home.sync_job)
            .unwrap()
            .llm_cost_cents,
        7
    );
    run(
        conn,
        "UPDATE gmail_sync_jobs SET completed_at = '2026-03-01T09:59Z'",
    );
    assert_eq!(
        sync_jobs::find(conn, EVERYONE, home.sync_job)
            .unwrap()
            .llm_cost_cents,
        0
    );
    let unknown = call(conn, "get_gmail_sync_job", json!({"job_id": 9_999})).unwrap();
    assert_eq!(unknown, Value::Null);
}
