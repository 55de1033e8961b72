//! The life of a matching run: its steps, its counters, its end where it stalled.

use chrono::TimeDelta;
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};

use super::{MatchingJob, owned_by};
use crate::Result;
use crate::models::one_row;
use crate::schema::matching_jobs;
use crate::types::{MatchingJobId, MatchingJobStatus, UserId};

/// The error message of a job that [`MatchingJob::fail_stale`] ended.
pub const STALLED: &str = "Job stalled - automatically cleaned up after timeout";

/// A step in the life of a matching job. Any may follow any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MatchingJobStep<'a> {
    /// It waits (again).
    Queued,
    /// It starts now.
    Running,
    /// It is done now.
    Completed {
        /// A last word on it; `None` empties the column.
        error_message: Option<&'a str>,
    },
    /// It ends now, without success.
    Failed {
        /// Why; `None` empties the column.
        error_message: Option<&'a str>,
    },
}

/// What a matching job has come to, as absolute numbers; `None` leaves a number as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, AsChangeset)]
#[diesel(table_name = matching_jobs)]
pub struct MatchingJobCounts {
    /// Items to match.
    pub total_items: Option<i32>,
    /// Items looked at.
    pub processed_items: Option<i32>,
    /// Items matched.
    pub matched_items: Option<i32>,
    /// Items that failed.
    pub failed_items: Option<i32>,
}

#[derive(QueryableByName)]
struct Failed {
    #[diesel(sql_type = Integer)]
    id: MatchingJobId,
}

impl MatchingJob {
    /// How much is done: items looked at in percent of the items to match, rounded to the nearest whole number, halves to
    /// the even one; 0 where there is nothing to match. It is above 100 where more was looked at than was announced.
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the greatest quotient is 2^31 times 100"
    )]
    pub fn progress_percentage(&self) -> i64 {
        if self.total_items <= 0 {
            return 0;
        }
        let share = f64::from(self.processed_items) / f64::from(self.total_items) * 100.0;
        share.round_ties_even() as i64
    }

    /// The jobs of a user that wait or run. Newest first.
    ///
    /// Takes over `get_active_matching_jobs`.
    pub fn list_active(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        let active = [MatchingJobStatus::Queued, MatchingJobStatus::Running];
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .filter(matching_jobs::status.eq_any(active))
            .order((matching_jobs::created_at.desc(), matching_jobs::id.desc()))
            .load(conn)?)
    }

    /// Writes a step into the row of the owner, with the time by the database's clock; what the step does not name stays.
    /// [`Error::NotFound`](crate::Error::NotFound) without such a row.
    ///
    /// Takes over `update_matching_job_status`.
    pub fn advance(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: MatchingJobId,
        step: MatchingJobStep<'_>,
    ) -> Result<()> {
        use matching_jobs::{completed_at, error_message, last_progress_at, started_at, status};
        let row = diesel::update(matching_jobs::table.find(id).filter(owned_by(owner.into())));
        one_row(match step {
            MatchingJobStep::Queued => row
                .set(status.eq(MatchingJobStatus::Queued))
                .execute(conn)?,
            MatchingJobStep::Running => row
                .set((
                    status.eq(MatchingJobStatus::Running),
                    started_at.eq(dsl::now),
                    last_progress_at.eq(dsl::now),
                ))
                .execute(conn)?,
            MatchingJobStep::Completed {
                error_message: message,
            } => row
                .set((
                    status.eq(MatchingJobStatus::Completed),
                    completed_at.eq(dsl::now),
                    error_message.eq(message),
                ))
                .execute(conn)?,
            MatchingJobStep::Failed {
                error_message: message,
            } => row
                .set((
                    status.eq(MatchingJobStatus::Failed),
                    completed_at.eq(dsl::now),
                    error_message.eq(message),
                ))
                .execute(conn)?,
        })
    }

    /// Sets the counters that are given of the row of the owner, which is a sign of life;
    /// [`Error::NotFound`](crate::Error::NotFound) without such a row.
    ///
    /// Takes over `update_matching_job_progress`.
    pub fn set_counts(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: MatchingJobId,
        counts: MatchingJobCounts,
    ) -> Result<()> {
        let row = matching_jobs::table.find(id).filter(owned_by(owner.into()));
        let updated = diesel::update(row)
            .set((counts, matching_jobs::last_progress_at.eq(dsl::now)))
            .execute(conn)?;
        one_row(updated)
    }

    /// Fails everybody's jobs that have waited since their making, or run since their start, for longer than this, with the
    /// message [`STALLED`], in one statement; a job that ends meanwhile is left alone. Gives their ids, ascending.
    ///
    /// Takes over `cleanup_stale_matching_jobs`.
    pub fn fail_stale(conn: &mut PgConnection, age: TimeDelta) -> Result<Vec<MatchingJobId>> {
        let failed: Vec<Failed> = diesel::sql_query(include_str!("fail_stale.sql"))
            .bind::<diesel::sql_types::Interval, _>(age)
            .bind::<Text, _>(STALLED)
            .load(conn)?;
        let mut ids: Vec<_> = failed.into_iter().map(|job| job.id).collect();
        ids.sort_unstable();
        Ok(ids)
    }
}
