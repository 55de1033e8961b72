//! Mailbox syncs with what they cost.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde::Serialize;

use crate::Result;
use crate::models::gmail::sync_job::owned_by;
use crate::models::gmail::{GmailConnection, GmailSyncJob, receipt};
use crate::schema::{gmail_receipts, gmail_sync_jobs};
use crate::types::{GmailConnectionId, GmailSyncJobId, GmailSyncJobType, UserId};

/// A mailbox sync with what it cost.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(table_name = gmail_sync_jobs, check_for_backend(diesel::pg::Pg))]
pub struct SyncReport {
    /// The job.
    #[diesel(embed)]
    pub job: GmailSyncJob,
    /// What the language model cost, in US cents: of the receipts of the mailbox, deleted or not, that were first stored
    /// between start and end. So two syncs of one mailbox at once each count the other's, and receipts that were only parsed
    /// again do not count.
    #[diesel(select_expression = llm_cost(), select_expression_type = SqlLiteral<BigInt>)]
    pub llm_cost_cents: i64,
}

fn llm_cost() -> SqlLiteral<BigInt> {
    dsl::sql(
        "(SELECT coalesce(sum(llm_cost_cents), 0) FROM gmail_receipts
          WHERE connection_id = gmail_sync_jobs.connection_id
            AND created_at BETWEEN gmail_sync_jobs.started_at AND coalesce(gmail_sync_jobs.completed_at, now()))",
    )
}

/// The sync of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
///
/// Takes over `get_gmail_sync_job`.
pub fn find(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    id: GmailSyncJobId,
) -> Result<SyncReport> {
    Ok(SyncReport::query()
        .filter(gmail_sync_jobs::id.eq(id))
        .filter(owned_by(owner.into()))
        .first(conn)?)
}

/// Queues the sync that the owner's mailbox needs: of the changes since its mark, or a full one where it has none.
/// [`Error::NotFound`](crate::Error::NotFound) where the owner has no such mailbox.
pub fn create_needed(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    mailbox: GmailConnectionId,
) -> Result<GmailSyncJob> {
    let owner = owner.into();
    let needed = match GmailConnection::find(conn, owner, mailbox)?.history_id {
        Some(_) => GmailSyncJobType::Incremental,
        None => GmailSyncJobType::Full,
    };
    GmailSyncJob::create(conn, owner, mailbox, needed)
}

/// When the oldest message of the owner's mailbox came of which there is a receipt, deleted or not: where a full sync that
/// was cut short goes on from. `None` before the first.
pub fn oldest_received(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    mailbox: GmailConnectionId,
) -> Result<Option<DateTime<Utc>>> {
    Ok(gmail_receipts::table
        .filter(gmail_receipts::connection_id.eq(mailbox))
        .filter(receipt::owned_by(owner.into()))
        .select(dsl::min(gmail_receipts::received_at))
        .first(conn)?)
}
