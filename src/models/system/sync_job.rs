//! `sync_jobs`: background jobs: what is to be done, by whom it is being done and what came of it.

mod steps;

pub use steps::SyncJobFilter;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use crate::Result;
use crate::models::core::User;
use crate::models::{Filter, one_row, owned};
use crate::schema::sync_jobs;
use crate::types::{SyncJobId, SyncJobState, UserId};

/// Background jobs: what is to be done, by whom it is being done and what came of it: a row of `sync_jobs`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = sync_jobs, belongs_to(User, foreign_key = user_id), check_for_backend(Pg))]
pub struct SyncJob {
    /// Identity.
    pub id: SyncJobId,
    /// Name of the job's type.
    pub kind: String,
    /// The job itself, as its type serialises.
    pub payload: Value,
    /// Whom it works for; null for upkeep.
    pub user_id: Option<UserId>,
    /// Greater goes first.
    pub priority: i32,
    /// State.
    pub state: SyncJobState,
    /// Times it was started, but for those that were handed back.
    pub attempts: i32,
    /// Fails for good after that many.
    pub max_attempts: i32,
    /// Not before this instant.
    pub run_at: DateTime<Utc>,
    /// The worker that has it.
    pub locked_by: Option<String>,
    /// End of that worker's lease; another may take the job then.
    pub locked_until: Option<DateTime<Utc>>,
    /// Steps done in this attempt; what a step is depends on the kind.
    pub progress_done: i32,
    /// Steps in all, where known.
    pub progress_total: Option<i32>,
    /// What it gave.
    pub result: Option<Value>,
    /// Why the last attempt failed.
    pub last_error: Option<String>,
    /// Only one queued or running job may have it.
    pub unique_key: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the last attempt began.
    pub started_at: Option<DateTime<Utc>>,
    /// When it ended for good: completed, failed or cancelled.
    pub finished_at: Option<DateTime<Utc>>,
}

/// A row for `sync_jobs`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = sync_jobs, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `SyncJob`")]
pub struct NewSyncJob<'a> {
    pub kind: &'a str,
    pub payload: Option<&'a Value>,
    pub user_id: Option<UserId>,
    pub priority: Option<i32>,
    pub state: Option<SyncJobState>,
    pub attempts: Option<i32>,
    pub max_attempts: Option<i32>,
    pub run_at: Option<DateTime<Utc>>,
    pub locked_by: Option<&'a str>,
    pub locked_until: Option<DateTime<Utc>>,
    pub progress_done: Option<i32>,
    pub progress_total: Option<i32>,
    pub result: Option<&'a Value>,
    pub last_error: Option<&'a str>,
    pub unique_key: Option<&'a str>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `sync_jobs`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = sync_jobs, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `SyncJob`")]
pub struct SyncJobChanges<'a> {
    pub kind: Option<&'a str>,
    pub payload: Option<&'a Value>,
    pub priority: Option<i32>,
    pub state: Option<SyncJobState>,
    pub attempts: Option<i32>,
    pub max_attempts: Option<i32>,
    pub run_at: Option<DateTime<Utc>>,
    pub locked_by: Option<Option<&'a str>>,
    pub locked_until: Option<Option<DateTime<Utc>>>,
    pub progress_done: Option<i32>,
    pub progress_total: Option<Option<i32>>,
    pub result: Option<Option<&'a Value>>,
    pub last_error: Option<Option<&'a str>>,
    pub unique_key: Option<Option<&'a str>>,
    pub started_at: Option<Option<DateTime<Utc>>>,
    pub finished_at: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<sync_jobs::table> {
    owned(owner, |owner| sync_jobs::user_id.eq(owner).nullable())
}

impl<'a> NewSyncJob<'a> {
    /// A row with what has no default.
    pub const fn new(kind: &'a str) -> Self {
        Self {
            kind,
            payload: None,
            user_id: None,
            priority: None,
            state: None,
            attempts: None,
            max_attempts: None,
            run_at: None,
            locked_by: None,
            locked_until: None,
            progress_done: None,
            progress_total: None,
            result: None,
            last_error: None,
            unique_key: None,
            started_at: None,
            finished_at: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<SyncJob> {
        Ok(self
            .insert_into(sync_jobs::table)
            .returning(SyncJob::as_returning())
            .get_result(conn)?)
    }
}

impl SyncJob {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: SyncJobId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(sync_jobs::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// All rows of a user. Newest first.
    pub fn list_for_user(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order((sync_jobs::created_at.desc(), sync_jobs::id.desc()))
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: SyncJobId,
        changes: &SyncJobChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(sync_jobs::table.find(id).filter(owned_by(owner)))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, owner, id), Ok)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: SyncJobId,
    ) -> Result<()> {
        let deleted = diesel::delete(sync_jobs::table.find(id).filter(owned_by(owner.into())))
            .execute(conn)?;
        one_row(deleted)
    }
}
