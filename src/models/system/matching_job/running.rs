//! A matching job in the hands of the run that does it: each change holds only in the state that it is meant for.

use diesel::dsl;
use diesel::prelude::*;

use super::{MatchingJob, MatchingJobCounts, owned_by};
use crate::Result;
use crate::schema::matching_jobs;
use crate::types::{MatchingJobId, MatchingJobStatus, UserId};

impl MatchingJob {
    /// Starts the owner's job; false where it does not wait (any more).
    pub fn start(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: MatchingJobId,
    ) -> Result<bool> {
        let waiting = matching_jobs::table
            .find(id)
            .filter(owned_by(owner.into()))
            .filter(matching_jobs::status.eq(MatchingJobStatus::Queued));
        let started = diesel::update(waiting)
            .set((
                matching_jobs::status.eq(MatchingJobStatus::Running),
                matching_jobs::started_at.eq(dsl::now),
                matching_jobs::last_progress_at.eq(dsl::now),
            ))
            .execute(conn)?;
        Ok(started == 1)
    }

    /// Sets the counters that are given of the owner's job, which is a sign of life; false where it does not run (any more).
    pub fn report(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: MatchingJobId,
        counts: MatchingJobCounts,
    ) -> Result<bool> {
        let running = matching_jobs::table
            .find(id)
            .filter(owned_by(owner.into()))
            .filter(matching_jobs::status.eq(MatchingJobStatus::Running));
        let reported = diesel::update(running)
            .set((counts, matching_jobs::last_progress_at.eq(dsl::now)))
            .execute(conn)?;
        Ok(reported == 1)
    }

    /// Ends the owner's job: failed where there is an error message, else completed; false where it does not run (any more).
    pub fn finish(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: MatchingJobId,
        error_message: Option<&str>,
    ) -> Result<bool> {
        let status = match error_message {
            Some(_) => MatchingJobStatus::Failed,
            None => MatchingJobStatus::Completed,
        };
        let running = matching_jobs::table
            .find(id)
            .filter(owned_by(owner.into()))
            .filter(matching_jobs::status.eq(MatchingJobStatus::Running));
        let finished = diesel::update(running)
            .set((
                matching_jobs::status.eq(status),
                matching_jobs::completed_at.eq(dsl::now),
                matching_jobs::error_message.eq(error_message),
            ))
            .execute(conn)?;
        Ok(finished == 1)
    }
}
