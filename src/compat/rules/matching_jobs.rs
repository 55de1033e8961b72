//! Matching jobs.

use super::super::answer::{Answer, object, row_answer};
use super::super::function::functions;
use super::super::{found, optional};
use crate::models::system::{MatchingJob, MatchingJobCounts, MatchingJobStep, NewMatchingJob};
use crate::types::{EVERYONE, MatchingJobId, MatchingJobStatus, UserId};
use chrono::TimeDelta;

row_answer!(fn stored(MatchingJob) {
    id,
    user_id,
    job_type,
    celery_task_id,
    status,
    total_items,
    processed_items,
    matched_items,
    failed_items,
    error_message,
    started_at,
    completed_at,
    created_at,
});

fn job(row: MatchingJob) -> Answer {
    let progress = row.progress_percentage();
    let mut answer = stored(row);
    answer.set("progress_percentage", progress);
    answer
}

functions! {
    /// The matching jobs.
    FUNCTIONS:

    create_matching_job(user_id: UserId, job_type: String, celery_task_id: Option<String> = null) => |conn| {
        let new = NewMatchingJob {
            celery_task_id: celery_task_id.as_deref(),
            ..NewMatchingJob::new(user_id, &job_type)
        };
        new.insert(conn)?.id
    },

    update_matching_job_status(
        job_id: MatchingJobId,
        status: MatchingJobStatus,
        error_message: Option<String> = null
    ) => |conn| {
        let error_message = error_message.as_deref();
        let step = match status {
            MatchingJobStatus::Queued => MatchingJobStep::Queued,
            MatchingJobStatus::Running => MatchingJobStep::Running,
            MatchingJobStatus::Completed => MatchingJobStep::Completed { error_message },
            MatchingJobStatus::Failed => MatchingJobStep::Failed { error_message },
        };
        found(MatchingJob::advance(conn, EVERYONE, job_id, step))?
    },

    update_matching_job_progress(
        job_id: MatchingJobId,
        total_items: Option<i32> = null,
        processed_items: Option<i32> = null,
        matched_items: Option<i32> = null,
        failed_items: Option<i32> = null
    ) => |conn| {
        let counts = MatchingJobCounts { total_items, processed_items, matched_items, failed_items };
        counts != MatchingJobCounts::default() && found(MatchingJob::set_counts(conn, EVERYONE, job_id, counts))?
    },

    get_matching_job(job_id: MatchingJobId) => |conn| optional(MatchingJob::find(conn, EVERYONE, job_id))?.map(job),

    get_active_matching_jobs(user_id: UserId) => |conn| Answer::list(MatchingJob::list_active(conn, user_id)?, job),

    cleanup_stale_matching_jobs(stale_threshold_minutes: i32 = 30) => |conn| {
        let ids = MatchingJob::fail_stale(conn, TimeDelta::minutes(stale_threshold_minutes.into()))?;
        object! { "cleaned_up" => ids.len(), "job_ids" => ids }
    },
}
