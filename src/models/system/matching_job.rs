//! `matching_jobs`: progress of a background matching run.

mod life;
mod steps;

pub use steps::{MatchingJobCounts, MatchingJobStep, STALLED};

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::core::User;
use crate::models::{Filter, one_row, owned};
use crate::schema::matching_jobs;
use crate::types::{MatchingJobId, MatchingJobStatus, UserId};

/// Progress of a background matching run: a row of `matching_jobs`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = matching_jobs, belongs_to(User, foreign_key = user_id), check_for_backend(Pg))]
pub struct MatchingJob {
    /// Identity.
    pub id: MatchingJobId,
    /// The owner.
    pub user_id: UserId,
    /// `amazon`, `returns`, `amazon_business`, `apple`, `gmail`, `amazon_matching`, `apple_matching` or `gmail_matching`.
    pub job_type: String,
    /// Id in the old application's queue.
    pub celery_task_id: Option<String>,
    /// State.
    pub status: MatchingJobStatus,
    /// Items to match.
    pub total_items: i32,
    /// Items looked at.
    pub processed_items: i32,
    /// Items matched.
    pub matched_items: i32,
    /// Items that failed.
    pub failed_items: i32,
    /// Why it failed.
    pub error_message: Option<String>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When work ended, well or not.
    pub completed_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// Last sign of life.
    pub last_progress_at: Option<DateTime<Utc>>,
}

/// A row for `matching_jobs`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = matching_jobs, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `MatchingJob`")]
pub struct NewMatchingJob<'a> {
    pub user_id: UserId,
    pub job_type: &'a str,
    pub celery_task_id: Option<&'a str>,
    pub status: Option<MatchingJobStatus>,
    pub total_items: Option<i32>,
    pub processed_items: Option<i32>,
    pub matched_items: Option<i32>,
    pub failed_items: Option<i32>,
    pub error_message: Option<&'a str>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub last_progress_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `matching_jobs`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = matching_jobs, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `MatchingJob`")]
pub struct MatchingJobChanges<'a> {
    pub job_type: Option<&'a str>,
    pub celery_task_id: Option<Option<&'a str>>,
    pub status: Option<MatchingJobStatus>,
    pub total_items: Option<i32>,
    pub processed_items: Option<i32>,
    pub matched_items: Option<i32>,
    pub failed_items: Option<i32>,
    pub error_message: Option<Option<&'a str>>,
    pub started_at: Option<Option<DateTime<Utc>>>,
    pub completed_at: Option<Option<DateTime<Utc>>>,
    pub last_progress_at: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<matching_jobs::table> {
    owned(owner, |owner| matching_jobs::user_id.eq(owner).nullable())
}

impl<'a> NewMatchingJob<'a> {
    /// A row with what has no default.
    pub const fn new(user_id: UserId, job_type: &'a str) -> Self {
        Self {
            user_id,
            job_type,
            celery_task_id: None,
            status: None,
            total_items: None,
            processed_items: None,
            matched_items: None,
            failed_items: None,
            error_message: None,
            started_at: None,
            completed_at: None,
            last_progress_at: None,
        }
    }

    /// Inserts the row. [`Error::Reference`](crate::Error::Reference) where there is no such user.
    ///
    /// Takes over `create_matching_job`.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<MatchingJob> {
        Ok(self
            .insert_into(matching_jobs::table)
            .returning(MatchingJob::as_returning())
            .get_result(conn)?)
    }
}

impl MatchingJob {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `get_matching_job`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: MatchingJobId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(matching_jobs::id.eq(id))
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
            .order((matching_jobs::created_at.desc(), matching_jobs::id.desc()))
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: MatchingJobId,
        changes: &MatchingJobChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(matching_jobs::table.find(id).filter(owned_by(owner)))
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
        id: MatchingJobId,
    ) -> Result<()> {
        let deleted = diesel::delete(matching_jobs::table.find(id).filter(owned_by(owner.into())))
            .execute(conn)?;
        one_row(deleted)
    }
}
