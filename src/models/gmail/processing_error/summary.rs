//! [`GmailErrorSummary`]: the errors of a span of time in figures.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{Integer, Jsonb, Nullable};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::types::{
    Document, GmailConnectionId, GmailErrorStage, GmailErrorType, GmailProcessingErrorId,
    GmailSyncJobId, UserId,
};

/// The errors of a span of time in figures.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GmailErrorSummary {
    /// Number of errors.
    pub total: i64,
    /// Their number by step; steps without errors are not there.
    pub by_stage: BTreeMap<GmailErrorStage, i64>,
    /// Their number by kind; kinds without errors are not there.
    pub by_type: BTreeMap<GmailErrorType, i64>,
    /// How many are marked to be tried again.
    pub retryable: i64,
    /// The twenty newest, newest first.
    pub recent: Vec<RecentGmailError>,
}

/// An error in a summary.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecentGmailError {
    /// Identity.
    pub id: GmailProcessingErrorId,
    /// The step.
    pub error_stage: GmailErrorStage,
    /// The kind.
    pub error_type: GmailErrorType,
    /// What happened.
    pub error_message: String,
    /// Gmail's id of the message.
    pub message_id: Option<String>,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// Whether to try again.
    pub is_retryable: Option<bool>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Jsonb)]
    summary: Document<GmailErrorSummary>,
}

impl GmailErrorSummary {
    /// Adds up the errors of the owner in the last `days` times 24 hours by the database's clock, those of one mailbox, of one
    /// sync, or of both at once, where these are given. Errors without a mailbox are nobody's.
    ///
    /// Takes over `get_gmail_error_summary`.
    pub fn read(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: Option<GmailConnectionId>,
        sync_job: Option<GmailSyncJobId>,
        days: i32,
    ) -> Result<Self> {
        let row: Row = diesel::sql_query(include_str!("summary.sql"))
            .bind::<Nullable<Integer>, _>(owner.into())
            .bind::<Nullable<Integer>, _>(connection)
            .bind::<Nullable<Integer>, _>(sync_job)
            .bind::<Integer, _>(days)
            .get_result(conn)?;
        Ok(row.summary.0)
    }
}
