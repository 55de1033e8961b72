//! What people ask of jobs: lists, cancelling, trying again.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable};

use super::{SyncJob, owned_by};
use crate::models::at_most;
use crate::schema::sync_jobs;
use crate::types::{SyncJobId, SyncJobState, UserId};
use crate::{Error, Result};

/// Which jobs to list; what is `None` does not matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SyncJobFilter<'a> {
    /// In this state.
    pub state: Option<SyncJobState>,
    /// Of this kind.
    pub kind: Option<&'a str>,
    /// At most so many.
    pub limit: Option<u32>,
}

impl SyncJob {
    /// The jobs of the owner that the filter lets through. Newest first.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        filter: &SyncJobFilter<'_>,
    ) -> Result<Vec<Self>> {
        let mut jobs = Self::query()
            .filter(owned_by(owner.into()))
            .order(sync_jobs::id.desc())
            .limit(at_most(filter.limit))
            .into_boxed();
        if let Some(state) = filter.state {
            jobs = jobs.filter(sync_jobs::state.eq(state));
        }
        if let Some(kind) = filter.kind {
            jobs = jobs.filter(sync_jobs::kind.eq(kind));
        }
        Ok(jobs.load(conn)?)
    }

    /// Takes back a job of the owner that is queued or running, and gives it. [`Error::NotFound`] without such a row,
    /// [`Error::InvalidInput`] for `state` where it has ended already.
    pub(crate) fn cancel(
        conn: &mut PgConnection,
        owner: Option<UserId>,
        id: SyncJobId,
    ) -> Result<Self> {
        let active = [SyncJobState::Queued, SyncJobState::Running];
        let cancelled = diesel::update(sync_jobs::table.find(id))
            .filter(owned_by(owner))
            .filter(sync_jobs::state.eq_any(active))
            .set((
                sync_jobs::state.eq(SyncJobState::Cancelled),
                sync_jobs::locked_by.eq(None::<String>),
                sync_jobs::locked_until.eq(None::<DateTime<Utc>>),
                sync_jobs::finished_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)
            .optional()?;
        cancelled.map_or_else(|| Self::refuse(conn, owner, id, "cancelled"), Ok)
    }

    /// Queues a job of the owner that failed or was cancelled once more, due now and with one attempt at least, and gives
    /// it. [`Error::NotFound`] without such a row, [`Error::InvalidInput`] for `state` where it is in another state,
    /// [`Error::Conflict`] where another job has its unique key now.
    pub(crate) fn retry(
        conn: &mut PgConnection,
        owner: Option<UserId>,
        id: SyncJobId,
    ) -> Result<Self> {
        let ended = [SyncJobState::Failed, SyncJobState::Cancelled];
        // Attempts are never counted from 0 again: with the worker, the number is what tells one attempt from another.
        let max_attempts = dsl::sql::<Integer>("greatest(max_attempts, attempts + 1)");
        let queued = diesel::update(sync_jobs::table.find(id))
            .filter(owned_by(owner))
            .filter(sync_jobs::state.eq_any(ended))
            .set((
                sync_jobs::state.eq(SyncJobState::Queued),
                sync_jobs::run_at.eq(dsl::now),
                sync_jobs::max_attempts.eq(max_attempts),
                sync_jobs::finished_at.eq(None::<DateTime<Utc>>),
            ))
            .returning(Self::as_returning())
            .get_result(conn)
            .optional()?;
        queued.map_or_else(|| Self::refuse(conn, owner, id, "tried again"), Ok)
    }

    /// Deletes the jobs that ended more than so many days ago, and says how many those were.
    pub(crate) fn delete_finished(conn: &mut PgConnection, days: u32) -> Result<usize> {
        let days = i32::try_from(days).unwrap_or(i32::MAX);
        let is_old = dsl::sql::<Nullable<Bool>>("finished_at < now() - make_interval(days => ")
            .bind::<Integer, _>(days)
            .sql(")");
        Ok(diesel::delete(sync_jobs::table.filter(is_old)).execute(conn)?)
    }

    fn refuse<T>(
        conn: &mut PgConnection,
        owner: Option<UserId>,
        id: SyncJobId,
        what: &str,
    ) -> Result<T> {
        let state = Self::find(conn, owner, id)?.state;
        let reason = format!("a job that is {} cannot be {what}", state.as_str());
        Err(Error::invalid("state", reason))
    }
}
