//! Messages that failed in a sync and are to be fetched again.
//!
//! Each failure is a row of `gmail_processing_errors` that is marked as retryable, until the message is settled. So a sync may
//! move the mailbox's mark past messages that failed: they are not lost.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Timestamptz};
use serde::Serialize;

use crate::Result;
use crate::models::at_most;
use crate::models::gmail::{GmailConnection, GmailSyncJob, NewGmailProcessingError};
use crate::schema::gmail_processing_errors as errors;
use crate::types::{
    GmailConnectionId, GmailErrorStage, GmailErrorType, GmailSyncJobId, GmailSyncJobStatus, UserId,
};

/// A message that could not be fetched, parsed or stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FailedMessage<'a> {
    /// Gmail's id of the message.
    pub message_id: &'a str,
    /// The step that failed.
    pub stage: GmailErrorStage,
    /// The kind of failure.
    pub kind: GmailErrorType,
    /// What happened; keep mail and tokens out of it.
    pub message: &'a str,
}

/// A message that waits to be fetched again.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct PendingMessage {
    /// Gmail's id of the message.
    #[diesel(sql_type = Text)]
    pub message_id: String,
    /// How often it has failed.
    #[diesel(sql_type = BigInt)]
    pub attempts: i64,
    /// When it failed last.
    #[diesel(sql_type = Timestamptz)]
    pub last_failed_at: DateTime<Utc>,
}

/// Queues messages of the owner's mailbox to be fetched again; one that is queued already has failed once more.
/// [`Error::NotFound`](crate::Error::NotFound) where the owner has no such mailbox.
pub fn queue(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    mailbox: GmailConnectionId,
    job: Option<GmailSyncJobId>,
    failed: &[FailedMessage<'_>],
) -> Result<()> {
    /// As many rows as the 65,535 parameters of a statement allow, and some room.
    const ROWS: usize = 4_000;
    let owner = owner.into();
    conn.transaction(|conn| {
        GmailConnection::find(conn, owner, mailbox)?;
        for failed in failed.chunks(ROWS) {
            let rows: Vec<_> = failed
                .iter()
                .map(|failed| NewGmailProcessingError {
                    connection_id: Some(mailbox),
                    sync_job_id: job,
                    message_id: Some(failed.message_id),
                    is_retryable: Some(Some(true)),
                    ..NewGmailProcessingError::new(failed.stage, failed.kind, failed.message)
                })
                .collect();
            diesel::insert_into(errors::table)
                .values(rows)
                .execute(conn)?;
        }
        Ok(())
    })
}

/// Ends a sync of the owner as completed, in one transaction: what failed is queued, the mailbox's mark moves to `history_id`
/// where one is given, and the job ends.
///
/// [`Error::NotFound`](crate::Error::NotFound) where there is no such job or it has ended already, by the clean-up of stale
/// jobs perhaps: nothing is changed then, and the mark stays.
pub fn complete_sync(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    job: GmailSyncJobId,
    history_id: Option<&str>,
    failed: &[FailedMessage<'_>],
) -> Result<GmailSyncJob> {
    let owner = owner.into();
    conn.transaction(|conn| {
        let mailbox = GmailSyncJob::find(conn, owner, job)?.connection_id;
        queue(conn, owner, mailbox, Some(job), failed)?;
        if let Some(history_id) = history_id {
            GmailConnection::set_history_id(conn, owner, mailbox, history_id)?;
        }
        GmailSyncJob::finish(conn, owner, job, GmailSyncJobStatus::Completed, None)
    })
}

/// The messages of the owner's mailbox that wait to be fetched again and have failed less than `max_attempts` times: at most
/// `limit`, those that failed longest ago first. [`Error::NotFound`](crate::Error::NotFound) where the owner has no such
/// mailbox.
pub fn pending_messages(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    mailbox: GmailConnectionId,
    max_attempts: u32,
    limit: Option<u32>,
) -> Result<Vec<PendingMessage>> {
    GmailConnection::find(conn, owner, mailbox)?;
    Ok(diesel::sql_query(include_str!("pending_messages.sql"))
        .bind::<Integer, _>(mailbox)
        .bind::<BigInt, _>(i64::from(max_attempts))
        .bind::<BigInt, _>(at_most(limit))
        .load(conn)?)
}

/// Takes messages of the owner's mailbox off the queue, as they are stored now or gone from the mailbox. What happened stays
/// in the list of errors. [`Error::NotFound`](crate::Error::NotFound) where the owner has no such mailbox.
pub fn settle(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    mailbox: GmailConnectionId,
    message_ids: &[&str],
) -> Result<()> {
    GmailConnection::find(conn, owner, mailbox)?;
    let queued = errors::table
        .filter(errors::connection_id.eq(mailbox))
        .filter(errors::message_id.eq_any(message_ids))
        .filter(errors::is_retryable);
    diesel::update(queued)
        .set((
            errors::is_retryable.eq(false),
            errors::last_retry_at.eq(diesel::dsl::now),
        ))
        .execute(conn)?;
    Ok(())
}
