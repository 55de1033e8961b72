//! `gmail_processing_errors`: errors while fetching, parsing or storing mail.

mod summary;

pub use summary::{GmailErrorSummary, RecentGmailError};

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use super::GmailConnection;
use super::GmailReceipt;
use super::GmailSyncJob;
use super::connection;
use crate::Result;
use crate::models::{Filter, one_row, owned};
use crate::schema::gmail_processing_errors;
use crate::types::{
    GmailConnectionId, GmailErrorStage, GmailErrorType, GmailProcessingErrorId, GmailReceiptId,
    GmailSyncJobId, UserId,
};

/// Errors while fetching, parsing or storing mail: a row of `gmail_processing_errors`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = gmail_processing_errors, belongs_to(GmailConnection, foreign_key = connection_id), belongs_to(GmailReceipt, foreign_key = receipt_id), belongs_to(GmailSyncJob, foreign_key = sync_job_id), check_for_backend(Pg))]
pub struct GmailProcessingError {
    /// Identity.
    pub id: GmailProcessingErrorId,
    /// The mailbox.
    pub connection_id: Option<GmailConnectionId>,
    /// The sync.
    pub sync_job_id: Option<GmailSyncJobId>,
    /// Gmail's id of the message.
    pub message_id: Option<String>,
    /// `gmail_receipts.id`.
    pub receipt_id: Option<GmailReceiptId>,
    /// The step.
    pub error_stage: GmailErrorStage,
    /// The kind.
    pub error_type: GmailErrorType,
    /// What happened.
    pub error_message: String,
    /// Where it happened.
    pub stack_trace: Option<String>,
    /// Anything that helps to find it.
    pub error_context: Option<Value>,
    /// Whether to try again.
    pub is_retryable: Option<bool>,
    /// Attempts since.
    pub retry_count: i32,
    /// The last of them.
    pub last_retry_at: Option<DateTime<Utc>>,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
}

/// A row for `gmail_processing_errors`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = gmail_processing_errors, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `GmailProcessingError`"
)]
pub struct NewGmailProcessingError<'a> {
    pub connection_id: Option<GmailConnectionId>,
    pub sync_job_id: Option<GmailSyncJobId>,
    pub message_id: Option<&'a str>,
    pub receipt_id: Option<GmailReceiptId>,
    pub error_stage: GmailErrorStage,
    pub error_type: GmailErrorType,
    pub error_message: &'a str,
    pub stack_trace: Option<&'a str>,
    pub error_context: Option<&'a Value>,
    pub is_retryable: Option<Option<bool>>,
    pub retry_count: Option<i32>,
    pub last_retry_at: Option<DateTime<Utc>>,
    pub occurred_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `gmail_processing_errors`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = gmail_processing_errors, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `GmailProcessingError`"
)]
pub struct GmailProcessingErrorChanges<'a> {
    pub sync_job_id: Option<Option<GmailSyncJobId>>,
    pub message_id: Option<Option<&'a str>>,
    pub receipt_id: Option<Option<GmailReceiptId>>,
    pub error_stage: Option<GmailErrorStage>,
    pub error_type: Option<GmailErrorType>,
    pub error_message: Option<&'a str>,
    pub stack_trace: Option<Option<&'a str>>,
    pub error_context: Option<Option<&'a Value>>,
    pub is_retryable: Option<Option<bool>>,
    pub retry_count: Option<i32>,
    pub last_retry_at: Option<Option<DateTime<Utc>>>,
    pub occurred_at: Option<DateTime<Utc>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<gmail_processing_errors::table> {
    owned(owner, |owner| {
        gmail_processing_errors::connection_id
            .eq_any(connection::nullable_ids_of(owner))
            .nullable()
    })
}

impl<'a> NewGmailProcessingError<'a> {
    /// A row with what has no default.
    pub const fn new(
        error_stage: GmailErrorStage,
        error_type: GmailErrorType,
        error_message: &'a str,
    ) -> Self {
        Self {
            connection_id: None,
            sync_job_id: None,
            message_id: None,
            receipt_id: None,
            error_stage,
            error_type,
            error_message,
            stack_trace: None,
            error_context: None,
            is_retryable: None,
            retry_count: None,
            last_retry_at: None,
            occurred_at: None,
        }
    }

    /// Inserts the row. Stack trace and context are stored as they are: keep mail and tokens out of them.
    ///
    /// [`Error::Reference`](crate::Error::Reference) where there is no such mailbox, sync or receipt.
    ///
    /// Takes over `save_gmail_error`.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<GmailProcessingError> {
        Ok(self
            .insert_into(gmail_processing_errors::table)
            .returning(GmailProcessingError::as_returning())
            .get_result(conn)?)
    }
}

impl GmailProcessingError {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailProcessingErrorId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(gmail_processing_errors::id.eq(id))
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
            .filter(gmail_processing_errors::connection_id.eq(connection))
            .filter(owned_by(owner.into()))
            .order((
                gmail_processing_errors::occurred_at.desc(),
                gmail_processing_errors::id.desc(),
            ))
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailProcessingErrorId,
        changes: &GmailProcessingErrorChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            gmail_processing_errors::table
                .find(id)
                .filter(owned_by(owner)),
        )
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
        id: GmailProcessingErrorId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            gmail_processing_errors::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
