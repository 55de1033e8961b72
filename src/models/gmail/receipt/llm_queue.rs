//! What the language model may parse, and what it has cost.

use chrono::{DateTime, Utc};
use diesel::dsl::{count, sql, sum};
use diesel::expression::SqlLiteral;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Nullable, Text};
use serde::Serialize;

use super::owned_by;
use crate::Result;
use crate::models::{Filter, at_most, given};
use crate::schema::{gmail_connections, gmail_receipts};
use crate::types::{GmailConnectionId, GmailReceiptId, LlmParseStatus, UserId};

/// A receipt that may be given to the language model.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(table_name = gmail_receipts, check_for_backend(Pg))]
pub struct LlmQueueEntry {
    /// Identity.
    pub id: GmailReceiptId,
    /// Gmail's id of the message.
    pub message_id: String,
    /// Subject.
    pub subject: Option<String>,
    /// Who sent it.
    pub sender_email: String,
    /// Their name.
    pub sender_name: Option<String>,
    /// The shop's domain.
    pub merchant_domain: Option<String>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// The member `snippet` of the stored markup: a text as it is, anything else as JSON.
    #[diesel(select_expression = snippet(), select_expression_type = SqlLiteral<Nullable<Text>>)]
    pub snippet: Option<String>,
    /// Why the other parsers failed.
    pub parsing_error: Option<String>,
    /// `failed` where the language model was asked before.
    pub llm_parse_status: Option<LlmParseStatus>,
    /// US cents.
    pub llm_estimated_cost_cents: Option<i32>,
    /// US cents.
    pub llm_actual_cost_cents: Option<i32>,
    /// The mailbox.
    pub connection_id: GmailConnectionId,
}

fn snippet() -> SqlLiteral<Nullable<Text>> {
    sql("gmail_receipts.raw_schema_data ->> 'snippet'")
}

/// Receipts that no parser could read, as the partial index `gmail_receipts_parsing_status_unparseable_idx` says it.
fn unparseable() -> SqlLiteral<Bool> {
    sql("gmail_receipts.parsing_status = 'unparseable' AND gmail_receipts.deleted_at IS NULL")
}

/// Receipts of one mailbox, or of all.
fn in_mailbox(connection: Option<GmailConnectionId>) -> Filter<gmail_receipts::table> {
    given(connection, |connection| {
        gmail_receipts::connection_id.eq(connection).nullable()
    })
}

impl LlmQueueEntry {
    /// The receipts of the owner, in one mailbox or in all, that no parser could read and that the language model was not
    /// asked about, or failed on, at most `limit`. Newest first. One that fails is offered again without end.
    ///
    /// Takes over `get_unparseable_receipts_for_llm_queue`.
    pub fn list(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: Option<GmailConnectionId>,
        limit: Option<u32>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(unparseable())
            .filter(
                gmail_receipts::llm_parse_status
                    .is_null()
                    .or(gmail_receipts::llm_parse_status.eq(LlmParseStatus::Failed)),
            )
            .filter(in_mailbox(connection))
            .filter(owned_by(owner.into()))
            .order((
                gmail_receipts::received_at.desc(),
                gmail_receipts::id.desc(),
            ))
            .limit(at_most(limit))
            .load(conn)?)
    }
}

/// How many receipts no parser could read, by how far the language model is with them. One that the model could read is
/// parsed and belongs here no longer, nor does what it cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct LlmQueueSummary {
    /// All of them.
    pub total: i64,
    /// The language model was not asked.
    pub available: i64,
    /// They wait for it.
    pub pending: i64,
    /// It is at them.
    pub processing: i64,
    /// It found nothing in them.
    pub completed: i64,
    /// It failed.
    pub failed: i64,
    /// US cents.
    pub estimated_cost_cents: i64,
    /// US cents.
    pub actual_cost_cents: i64,
}

impl LlmQueueSummary {
    /// Counts the receipts of the owner, in one mailbox or in all.
    ///
    /// Takes over `get_llm_queue_summary`.
    pub fn read(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: Option<GmailConnectionId>,
    ) -> Result<Self> {
        type Row = (i64, i64, i64, i64, i64, i64, Option<i64>, Option<i64>);
        let with = |status: LlmParseStatus| {
            count(gmail_receipts::id)
                .aggregate_filter(gmail_receipts::llm_parse_status.is_not_distinct_from(status))
        };
        let (total, available, pending, processing, completed, failed, estimated, actual): Row =
            gmail_receipts::table
                .filter(unparseable())
                .filter(in_mailbox(connection))
                .filter(owned_by(owner.into()))
                .select((
                    count(gmail_receipts::id),
                    count(gmail_receipts::id)
                        .aggregate_filter(gmail_receipts::llm_parse_status.is_null()),
                    with(LlmParseStatus::Pending),
                    with(LlmParseStatus::Processing),
                    with(LlmParseStatus::Completed),
                    with(LlmParseStatus::Failed),
                    sum(gmail_receipts::llm_estimated_cost_cents),
                    sum(gmail_receipts::llm_actual_cost_cents),
                ))
                .get_result(conn)?;
        Ok(Self {
            total,
            available,
            pending,
            processing,
            completed,
            failed,
            estimated_cost_cents: estimated.unwrap_or_default(),
            actual_cost_cents: actual.unwrap_or_default(),
        })
    }
}

/// What it takes to fetch the mail of a receipt again.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(
    table_name = gmail_receipts,
    base_query = gmail_receipts::table.inner_join(gmail_connections::table),
    check_for_backend(Pg)
)]
pub struct ReceiptForLlm {
    /// Identity.
    pub id: GmailReceiptId,
    /// Gmail's id of the message.
    pub message_id: String,
    /// Subject.
    pub subject: Option<String>,
    /// Who sent it.
    pub sender_email: String,
    /// The shop's domain.
    pub merchant_domain: Option<String>,
    /// The mailbox.
    pub connection_id: GmailConnectionId,
    /// The mailbox' address.
    #[diesel(select_expression = gmail_connections::email_address)]
    pub email_address: String,
}

impl ReceiptForLlm {
    /// A receipt of the owner with its mailbox; [`Error::NotFound`](crate::Error::NotFound) without, or where it counts as
    /// deleted.
    ///
    /// Takes over `get_receipt_for_llm_processing`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailReceiptId,
    ) -> Result<Self> {
        let mut receipt = Self::query()
            .filter(gmail_receipts::id.eq(id))
            .filter(gmail_receipts::deleted_at.is_null())
            .into_boxed();
        if let Some(owner) = owner.into() {
            receipt = receipt.filter(gmail_connections::user_id.eq(owner));
        }
        Ok(receipt.get_result(conn)?)
    }
}
