//! Mailbox syncs.

use chrono::{NaiveDate, TimeDelta};

use crate::compat::answer::{Answer, row_answer};
use crate::compat::function::functions;
use crate::compat::{found, optional};
use crate::models::gmail::{GmailSyncJob, SyncProgress};
use crate::operations::gmail::sync_jobs::{self, SyncReport};
use crate::types::{
    EVERYONE, GmailConnectionId, GmailSyncJobId, GmailSyncJobStatus, GmailSyncJobType, UserId,
};

row_answer!(
    fn job(GmailSyncJob) {
        id, connection_id, status, job_type, total_messages, processed_messages, parsed_receipts, failed_messages,
        sync_from_date, sync_to_date, error_message, started_at, completed_at, created_at,
    }
);

row_answer!(
    fn latest(GmailSyncJob) {
        id, connection_id, status, job_type, total_messages, processed_messages, parsed_receipts, failed_messages,
        error_message, started_at, completed_at, created_at,
    }
);

fn with_progress(row: GmailSyncJob) -> Answer {
    let percentage = row.progress_percentage();
    let mut answer = job(row);
    answer.set("progress_percentage", percentage);
    answer
}

fn with_cost(report: SyncReport) -> Answer {
    let mut answer = with_progress(report.job);
    answer.set("llm_cost_cents", report.llm_cost_cents);
    answer
}

functions! {
    /// Mailbox syncs.
    FUNCTIONS:

    create_gmail_sync_job(connection_id: GmailConnectionId, job_type: GmailSyncJobType = "full") => |conn|
        GmailSyncJob::create(conn, EVERYONE, connection_id, job_type)?.id,

    update_gmail_sync_job_progress(
        job_id: GmailSyncJobId,
        total: i32,
        processed: i32,
        parsed: i32,
        failed: i32
    ) => |conn| {
        let progress = SyncProgress { total, processed, parsed, failed };
        found(GmailSyncJob::record_progress(conn, EVERYONE, job_id, progress))?
    },

    update_gmail_sync_job_dates(
        job_id: GmailSyncJobId,
        from_date: Option<NaiveDate>,
        to_date: Option<NaiveDate>
    ) => |conn| found(GmailSyncJob::set_dates(conn, EVERYONE, job_id, from_date, to_date))?,

    complete_gmail_sync_job(
        job_id: GmailSyncJobId,
        status: GmailSyncJobStatus = "completed",
        error: Option<String> = null
    ) => |conn| found(GmailSyncJob::finish(conn, EVERYONE, job_id, status, error.as_deref()))?,

    cleanup_stale_gmail_jobs(queued_timeout_minutes: i32 = 5, running_timeout_minutes: i32 = 10) => |conn| {
        let minutes = |minutes: i32| TimeDelta::minutes(minutes.into());
        GmailSyncJob::fail_stale(conn, minutes(queued_timeout_minutes), minutes(running_timeout_minutes))?
    },

    get_gmail_sync_job(job_id: GmailSyncJobId) => |conn|
        optional(sync_jobs::find(conn, EVERYONE, job_id))?.map(with_cost),

    get_latest_gmail_sync_job(connection_id: GmailConnectionId) => |conn|
        GmailSyncJob::find_latest(conn, EVERYONE, connection_id)?.map(latest),

    get_latest_active_gmail_sync_job(user_id: UserId) => |conn|
        GmailSyncJob::find_active(conn, user_id, None)?.map(with_progress),
}
