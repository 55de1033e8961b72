//! `gmail_sync_jobs`: one row per mailbox sync with progress and statistics.

mod progress;

pub use progress::SyncProgress;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::{Map, Value};

use super::GmailConnection;
use super::connection;
use crate::Result;
use crate::models::{Filter, one_row, owned};
use crate::schema::gmail_sync_jobs;
use crate::types::{
    GmailConnectionId, GmailSyncJobId, GmailSyncJobStatus, GmailSyncJobType, UserId,
};

/// One row per mailbox sync with progress and statistics: a row of `gmail_sync_jobs`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = gmail_sync_jobs, belongs_to(GmailConnection, foreign_key = connection_id), check_for_backend(Pg))]
pub struct GmailSyncJob {
    /// Identity.
    pub id: GmailSyncJobId,
    /// The mailbox.
    pub connection_id: GmailConnectionId,
    /// State.
    pub status: GmailSyncJobStatus,
    /// What is fetched.
    pub job_type: GmailSyncJobType,
    /// Messages to read.
    pub total_messages: i32,
    /// Messages read.
    pub processed_messages: i32,
    /// Receipts found.
    pub parsed_receipts: i32,
    /// Messages that failed.
    pub failed_messages: i32,
    /// Why it failed.
    pub error_message: Option<String>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When work ended, well or not.
    pub completed_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// Counts by parser and outcome.
    pub stats: Value,
    /// First day, included.
    pub sync_from_date: Option<NaiveDate>,
    /// Last day, included.
    pub sync_to_date: Option<NaiveDate>,
    /// Last sign of life.
    pub last_progress_at: Option<DateTime<Utc>>,
}

/// A row for `gmail_sync_jobs`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = gmail_sync_jobs, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailSyncJob`")]
pub struct NewGmailSyncJob<'a> {
    pub connection_id: GmailConnectionId,
    pub status: Option<GmailSyncJobStatus>,
    pub job_type: Option<GmailSyncJobType>,
    pub total_messages: Option<i32>,
    pub processed_messages: Option<i32>,
    pub parsed_receipts: Option<i32>,
    pub failed_messages: Option<i32>,
    pub error_message: Option<&'a str>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub stats: Option<&'a Value>,
    pub sync_from_date: Option<NaiveDate>,
    pub sync_to_date: Option<NaiveDate>,
    pub last_progress_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `gmail_sync_jobs`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = gmail_sync_jobs, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailSyncJob`")]
pub struct GmailSyncJobChanges<'a> {
    pub status: Option<GmailSyncJobStatus>,
    pub job_type: Option<GmailSyncJobType>,
    pub total_messages: Option<i32>,
    pub processed_messages: Option<i32>,
    pub parsed_receipts: Option<i32>,
    pub failed_messages: Option<i32>,
    pub error_message: Option<Option<&'a str>>,
    pub started_at: Option<Option<DateTime<Utc>>>,
    pub completed_at: Option<Option<DateTime<Utc>>>,
    pub stats: Option<&'a Value>,
    pub sync_from_date: Option<Option<NaiveDate>>,
    pub sync_to_date: Option<Option<NaiveDate>>,
    pub last_progress_at: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<gmail_sync_jobs::table> {
    owned(owner, |owner| {
        gmail_sync_jobs::connection_id
            .eq_any(connection::ids_of(owner))
            .nullable()
    })
}

impl NewGmailSyncJob<'_> {
    /// A row with what has no default.
    pub const fn new(connection_id: GmailConnectionId) -> Self {
        Self {
            connection_id,
            status: None,
            job_type: None,
            total_messages: None,
            processed_messages: None,
            parsed_receipts: None,
            failed_messages: None,
            error_message: None,
            started_at: None,
            completed_at: None,
            stats: None,
            sync_from_date: None,
            sync_to_date: None,
            last_progress_at: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<GmailSyncJob> {
        Ok(self
            .insert_into(gmail_sync_jobs::table)
            .returning(GmailSyncJob::as_returning())
            .get_result(conn)?)
    }
}

impl GmailSyncJob {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailSyncJobId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(gmail_sync_jobs::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The rows of one connection of the owner. Newest first.
    pub fn list_for_connection(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: GmailConnectionId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(gmail_sync_jobs::connection_id.eq(connection))
            .filter(owned_by(owner.into()))
            .order((
                gmail_sync_jobs::created_at.desc(),
                gmail_sync_jobs::id.desc(),
            ))
            .load(conn)?)
    }

    /// Replaces the statistics of a sync of the owner as a whole. [`Error::NotFound`](crate::Error::NotFound) without such a
    /// sync.
    ///
    /// Takes over `update_gmail_sync_job_stats`.
    pub fn set_stats(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailSyncJobId,
        stats: Map<String, Value>,
    ) -> Result<Self> {
        let changes = GmailSyncJobChanges {
            stats: Some(&Value::Object(stats)),
            ..GmailSyncJobChanges::default()
        };
        Self::update(conn, owner, id, &changes)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailSyncJobId,
        changes: &GmailSyncJobChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(gmail_sync_jobs::table.find(id).filter(owned_by(owner)))
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
        id: GmailSyncJobId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            gmail_sync_jobs::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
