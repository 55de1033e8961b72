//! Logs, webhooks and jobs.

use serde_json::json;
use spending_db::models::system::{
    ConnectionLog, MatchingJob, MatchingJobChanges, NewConnectionLog, NewMatchingJob,
    NewSecurityAuditEvent, NewSyncJob, NewWebhookEvent, SecurityAuditEvent, SyncJob,
    SyncJobChanges, WebhookEvent, WebhookEventChanges,
};
use spending_db::types::{MatchingJobStatus, SyncJobState};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{assert_defaults, at, deleted, hidden_from_others, stored, updated};

#[test]
fn connection_logs() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewConnectionLog::new("the event type")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "connection_id": null, "event_type": "the event type", "details": null,
        }),
    );
    let row = stored!(
        conn,
        NewConnectionLog {
            connection_id: Some(home.connection),
            event_type: "login_success",
            details: Some(&json!({"first": [1, 2.5, null, "é"]})),
        }
    );
    hidden_from_others!(conn, ConnectionLog(home.user, row.id));
    deleted!(conn, ConnectionLog(home.user, row.id));
}

#[test]
fn matching_jobs() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewMatchingJob::new(home.user, "the job type")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "user_id": home.user, "job_type": "the job type", "celery_task_id": null, "status": "queued",
            "total_items": 0, "processed_items": 0, "matched_items": 0, "failed_items": 0, "error_message": null,
            "started_at": null, "completed_at": null, "last_progress_at": null,
        }),
    );
    let row = stored!(
        conn,
        NewMatchingJob {
            user_id: home.user,
            job_type: "amazon",
            celery_task_id: Some("some celery task id"),
            status: Some(MatchingJobStatus::Running),
            total_items: Some(3),
            processed_items: Some(4),
            matched_items: Some(5),
            failed_items: Some(6),
            error_message: Some("some error message"),
            started_at: Some(at("2026-03-29T01:30:00.114921+01:00")),
            completed_at: Some(at("2026-03-29T01:30:00.115938+01:00")),
            last_progress_at: Some(at("2026-03-29T01:30:00.116955+01:00")),
        }
    );
    updated!(
        conn,
        MatchingJob(home.user, row.id),
        MatchingJobChanges {
            job_type: Some("apple"),
            celery_task_id: Some(None),
            status: Some(MatchingJobStatus::Completed),
            total_items: Some(28),
            processed_items: Some(20),
            matched_items: Some(21),
            failed_items: Some(22),
            error_message: Some(None),
            started_at: Some(None),
            completed_at: Some(None),
            last_progress_at: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        MatchingJob(home.user, row.id),
        MatchingJobChanges {
            job_type: Some("amazon"),
            ..Default::default()
        }
    );
    deleted!(conn, MatchingJob(home.user, row.id));
}

#[test]
fn security_audit_log() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewSecurityAuditEvent::new("the event type")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "user_id": null, "event_type": "the event type", "ip_address": null, "user_agent": null,
            "timestamp": "now", "metadata": {}, "success": false,
        }),
    );
    let row = stored!(
        conn,
        NewSecurityAuditEvent {
            user_id: Some(home.user),
            event_type: "login_success",
            ip_address: Some("2001:db8::1"),
            user_agent: Some("curl/8"),
            timestamp: Some(at("2026-03-29T01:30:00.125091+01:00")),
            metadata: Some(&json!({"first": [1, 2.5, null, "é"]})),
            success: Some(true),
        }
    );
    hidden_from_others!(conn, SecurityAuditEvent(home.user, row.id));
    deleted!(conn, SecurityAuditEvent(home.user, row.id));
}

#[test]
fn sync_jobs() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewSyncJob::new("the kind").insert(conn).unwrap();
    assert_defaults(
        &plain,
        json!({
            "kind": "the kind", "payload": {}, "user_id": null, "priority": 0, "state": "queued", "attempts": 0,
            "max_attempts": 5, "run_at": "now", "locked_by": null, "locked_until": null, "progress_done": 0,
            "progress_total": null, "result": null, "last_error": null, "unique_key": null, "started_at": null,
            "finished_at": null,
        }),
    );
    let row = stored!(
        conn,
        NewSyncJob {
            kind: "sync",
            payload: Some(&json!({"first": [1, 2.5, null, "é"]})),
            user_id: Some(home.user),
            priority: Some(9),
            state: Some(SyncJobState::Running),
            attempts: Some(10),
            max_attempts: Some(7),
            run_at: Some(at("2026-03-29T01:30:00.128142+01:00")),
            locked_by: Some("some locked by"),
            locked_until: Some(at("2026-03-29T01:30:00.129159+01:00")),
            progress_done: Some(4),
            progress_total: Some(5),
            result: Some(&json!({"first": [1, 2.5, null, "é"]})),
            last_error: Some("some last error"),
            unique_key: Some("some unique key"),
            started_at: Some(at("2026-03-29T01:30:00.132210+01:00")),
            finished_at: Some(at("2026-03-29T01:30:00.133227+01:00")),
        }
    );
    updated!(
        conn,
        SyncJob(home.user, row.id),
        SyncJobChanges {
            kind: Some("match"),
            payload: Some(&json!({"second": [1, 2.5, null, "é"]})),
            priority: Some(26),
            state: Some(SyncJobState::Completed),
            attempts: Some(27),
            max_attempts: Some(8),
            run_at: Some(at("2026-10-29T01:30:00.136278+02:00")),
            locked_by: Some(None),
            locked_until: Some(None),
            progress_done: Some(21),
            progress_total: Some(None),
            result: Some(None),
            last_error: Some(None),
            unique_key: Some(None),
            started_at: Some(None),
            finished_at: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        SyncJob(home.user, row.id),
        SyncJobChanges {
            kind: Some("sync"),
            ..Default::default()
        }
    );
    deleted!(conn, SyncJob(home.user, row.id));
}

#[test]
fn webhook_events() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewWebhookEvent::new(
        "the event id",
        "the event type",
        &json!({"plain": [1, 2.5, null, "é"]}),
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "event_id": "the event id", "event_type": "the event type", "payload": {"plain": [1, 2.5, null, "é"]},
            "signature": null, "processed": false, "processed_at": null,
        }),
    );
    let row = stored!(
        conn,
        NewWebhookEvent {
            event_id: "some event id",
            event_type: "login_success",
            payload: &json!({"first": [1, 2.5, null, "é"]}),
            signature: Some("some signature"),
            processed: Some(true),
            processed_at: Some(at("2026-03-29T01:30:00.142380+01:00")),
        }
    );
    updated!(
        conn,
        WebhookEvent(row.id),
        WebhookEventChanges {
            event_type: Some("logout"),
            payload: Some(&json!({"second": [1, 2.5, null, "é"]})),
            signature: Some(None),
            processed: Some(false),
            processed_at: Some(None),
        }
    );
    deleted!(conn, WebhookEvent(row.id));
}
