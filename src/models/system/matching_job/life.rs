//! The life of a matching run, forward only: `queued`, `running`, then `completed` or `failed`.
//!
//! Each change is one statement that holds only in the state before it: a job that another worker took, or that ended, does not
//! come back.

use diesel::dsl;
use diesel::prelude::*;

use super::{MatchingJob, MatchingJobCounts, owned_by};
use crate::Result;
use crate::schema::matching_jobs;
use crate::types::{MatchingJobId, MatchingJobStatus, UserId};

impl MatchingJob {
    /// Starts the job of the owner if it still waits; `None` where another worker was first, or there is no such job.
    pub fn claim(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: MatchingJobId,
    ) -> Result<Option<Self>> {
        let waiting = matching_jobs::table
            .find(id)
            .filter(matching_jobs::status.eq(MatchingJobStatus::Queued))
            .filter(owned_by(owner.into()));
        Ok(diesel::update(waiting)
            .set((
                matching_jobs::status.eq(MatchingJobStatus::Running),
                matching_jobs::started_at.eq(dsl::now),
                matching_jobs::last_progress_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)
            .optional()?)
    }

    /// Sets the counters that are given of the owner's job, which is running: a sign of life.
    /// [`Error::NotFound`](crate::Error::NotFound) where it is not any more: then its worker is to stop.
    pub fn record_progress(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: MatchingJobId,
        counts: MatchingJobCounts,
    ) -> Result<Self> {
        let running = matching_jobs::table
            .find(id)
            .filter(matching_jobs::status.eq(MatchingJobStatus::Running))
            .filter(owned_by(owner.into()));
        Ok(diesel::update(running)
            .set((counts, matching_jobs::last_progress_at.eq(dsl::now)))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Ends the owner's running job now: as `failed` where there is an error, of which a short message is stored, else as
    /// `completed`. [`Error::NotFound`](crate::Error::NotFound) where it does not run.
    pub fn finish(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: MatchingJobId,
        error: Option<&str>,
    ) -> Result<Self> {
        let status = match error {
            Some(_) => MatchingJobStatus::Failed,
            None => MatchingJobStatus::Completed,
        };
        let running = matching_jobs::table
            .find(id)
            .filter(matching_jobs::status.eq(MatchingJobStatus::Running))
            .filter(owned_by(owner.into()));
        Ok(diesel::update(running)
            .set((
                matching_jobs::status.eq(status),
                matching_jobs::completed_at.eq(dsl::now),
                matching_jobs::error_message.eq(error),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }
}
