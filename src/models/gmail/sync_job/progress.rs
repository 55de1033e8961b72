//! A mailbox sync through its life.

use chrono::{NaiveDate, TimeDelta};
use diesel::data_types::PgInterval;
use diesel::dsl;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Interval, Nullable, Timestamptz};

use super::{GmailSyncJob, NewGmailSyncJob, owned_by};
use crate::models::given;
use crate::models::gmail::connection;
use crate::schema::gmail_sync_jobs;
use crate::types::{
    GmailConnectionId, GmailSyncJobId, GmailSyncJobStatus, GmailSyncJobType, UserId,
};
use crate::{Error, Result};

const ACTIVE: [GmailSyncJobStatus; 2] = [GmailSyncJobStatus::Queued, GmailSyncJobStatus::Running];

/// As words, so that the index over such jobs serves.
fn is_active() -> SqlLiteral<Bool> {
    dsl::sql("gmail_sync_jobs.status IN ('queued', 'running')")
}

/// How far a mailbox sync is; all counts are from its start.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, AsChangeset)]
#[diesel(table_name = gmail_sync_jobs)]
pub struct SyncProgress {
    /// Messages to read.
    #[diesel(column_name = total_messages)]
    pub total: i32,
    /// Messages read.
    #[diesel(column_name = processed_messages)]
    pub processed: i32,
    /// Receipts found.
    #[diesel(column_name = parsed_receipts)]
    pub parsed: i32,
    /// Messages that failed.
    #[diesel(column_name = failed_messages)]
    pub failed: i32,
}

impl GmailSyncJob {
    /// Queues a sync of a mailbox of the owner; [`Error::Reference`] where there is no such mailbox. Whether one is under
    /// way already says [`find_active`](Self::find_active).
    ///
    /// Takes over `create_gmail_sync_job`.
    pub fn create(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: GmailConnectionId,
        job_type: GmailSyncJobType,
    ) -> Result<Self> {
        connection::require(conn, owner.into(), connection)?;
        let new = NewGmailSyncJob {
            job_type: Some(job_type),
            ..NewGmailSyncJob::new(connection)
        };
        new.insert(conn)
    }

    /// Writes down how far the job of the owner is, which is `running` from the first time on. [`Error::NotFound`] where
    /// there is no such job, or it has ended: a cancelled job stays cancelled.
    ///
    /// Takes over `update_gmail_sync_job_progress`.
    pub fn record_progress(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailSyncJobId,
        progress: SyncProgress,
    ) -> Result<Self> {
        let start = gmail_sync_jobs::started_at.eq(dsl::case_when(
            gmail_sync_jobs::started_at.is_null(),
            dsl::now.into_sql::<Nullable<Timestamptz>>(),
        )
        .otherwise(gmail_sync_jobs::started_at));
        let active = gmail_sync_jobs::table
            .find(id)
            .filter(gmail_sync_jobs::status.eq_any(ACTIVE))
            .filter(owned_by(owner.into()));
        Ok(diesel::update(active)
            .set((
                progress,
                start,
                gmail_sync_jobs::status.eq(GmailSyncJobStatus::Running),
                gmail_sync_jobs::last_progress_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Sets the first and the last day that the job of the owner fetches, `None` for an open end; [`Error::NotFound`]
    /// without such a job.
    ///
    /// Takes over `update_gmail_sync_job_dates`.
    pub fn set_dates(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailSyncJobId,
        first: Option<NaiveDate>,
        last: Option<NaiveDate>,
    ) -> Result<Self> {
        let job = gmail_sync_jobs::table
            .find(id)
            .filter(owned_by(owner.into()));
        Ok(diesel::update(job)
            .set((
                gmail_sync_jobs::sync_from_date.eq(first),
                gmail_sync_jobs::sync_to_date.eq(last),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Ends the job of the owner, now, as `completed`, `failed` or `cancelled`, with the error or without.
    ///
    /// [`Error::InvalidInput`] for a status that is no end, [`Error::NotFound`] where there is no such job, or it has ended
    /// already.
    ///
    /// Takes over `complete_gmail_sync_job`.
    pub fn finish(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailSyncJobId,
        status: GmailSyncJobStatus,
        error_message: Option<&str>,
    ) -> Result<Self> {
        if ACTIVE.contains(&status) {
            return Err(Error::invalid("status", "a job does not end so"));
        }
        let active = gmail_sync_jobs::table
            .find(id)
            .filter(gmail_sync_jobs::status.eq_any(ACTIVE))
            .filter(owned_by(owner.into()));
        Ok(diesel::update(active)
            .set((
                gmail_sync_jobs::status.eq(status),
                gmail_sync_jobs::error_message.eq(error_message),
                gmail_sync_jobs::completed_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Ends as `failed` everybody's jobs that have waited or shown no sign of life for longer than this, and says how many
    /// that were. A running job is judged by its last progress, else by its start, else by its making.
    ///
    /// Takes over `cleanup_stale_gmail_jobs`.
    pub fn fail_stale(
        conn: &mut PgConnection,
        queued_for: TimeDelta,
        silent_for: TimeDelta,
    ) -> Result<usize> {
        let interval = |time: TimeDelta| {
            PgInterval::from_microseconds(time.num_microseconds().unwrap_or(i64::MAX))
        };
        Ok(diesel::sql_query(include_str!("fail_stale.sql"))
            .bind::<Interval, _>(interval(queued_for))
            .bind::<Interval, _>(interval(silent_for))
            .execute(conn)?)
    }

    /// The job of the owner's mailbox that was made last, if any.
    ///
    /// Takes over `get_latest_gmail_sync_job`.
    pub fn find_latest(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: GmailConnectionId,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(gmail_sync_jobs::connection_id.eq(connection))
            .filter(owned_by(owner.into()))
            .order((
                gmail_sync_jobs::created_at.desc(),
                gmail_sync_jobs::id.desc(),
            ))
            .first(conn)
            .optional()?)
    }

    /// Of the owner's jobs that wait or run, for one mailbox or for all, the one that was made last.
    ///
    /// Takes over `get_latest_active_gmail_sync_job`.
    pub fn find_active(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: Option<GmailConnectionId>,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(is_active())
            .filter(given(connection, |connection| {
                gmail_sync_jobs::connection_id.eq(connection).nullable()
            }))
            .filter(owned_by(owner.into()))
            .order((
                gmail_sync_jobs::created_at.desc(),
                gmail_sync_jobs::id.desc(),
            ))
            .first(conn)
            .optional()?)
    }

    /// How much of the messages is read, in whole percent, halves rounded to even; 0 where there are none. Above 100 where
    /// more were read than were to be.
    #[expect(clippy::cast_possible_truncation, reason = "whole already, and small")]
    pub fn progress_percentage(&self) -> i64 {
        if self.total_messages == 0 {
            return 0;
        }
        let share = f64::from(self.processed_messages) / f64::from(self.total_messages);
        (share * 100.0).round_ties_even() as i64
    }
}
