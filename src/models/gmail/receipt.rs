//! `gmail_receipts`: receipts found in mail, parsed or waiting to be.

mod findings;
mod known;
mod list;
mod llm;
mod llm_queue;
mod parsing;
mod pdf;
mod save_all;
mod synced;

pub use findings::ReceiptFindings;
pub use known::KnownReceipt;
pub use llm::{LlmCosts, LlmFindings, LlmStep};
pub use llm_queue::{LlmQueueEntry, LlmQueueSummary, ReceiptForLlm};
pub use parsing::ParsedReceipt;
pub use save_all::SavedReceipt;
pub use synced::SyncedReceipt;

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use super::GmailConnection;
use super::connection;
use crate::Result;
use crate::models::{Filter, Ids, one_row, owned};
use crate::schema::gmail_receipts;
use crate::types::{
    GmailConnectionId, GmailReceiptId, LlmParseStatus, PdfProcessingStatus, ReceiptParsingStatus,
    UserId,
};

/// Receipts found in mail, parsed or waiting to be: a row of `gmail_receipts`.
#[derive(
    Debug, Clone, PartialEq, Eq, HasQuery, QueryableByName, Identifiable, Associations, Serialize,
)]
#[diesel(table_name = gmail_receipts, belongs_to(GmailConnection, foreign_key = connection_id), check_for_backend(Pg))]
pub struct GmailReceipt {
    /// Identity.
    pub id: GmailReceiptId,
    /// The mailbox it was found in.
    pub connection_id: GmailConnectionId,
    /// Gmail's id of the message.
    pub message_id: String,
    /// Gmail's id of the thread.
    pub thread_id: Option<String>,
    /// Who sent it.
    pub sender_email: String,
    /// Their name.
    pub sender_name: Option<String>,
    /// Subject.
    pub subject: Option<String>,
    /// When it arrived.
    pub received_at: DateTime<Utc>,
    /// The shop.
    pub merchant_name: Option<String>,
    /// Lower-case, without company suffixes and signs.
    pub merchant_name_normalized: Option<String>,
    /// The shop's domain.
    pub merchant_domain: Option<String>,
    /// The shop's order number.
    pub order_id: Option<String>,
    /// In `currency_code`.
    pub total_amount: Option<BigDecimal>,
    /// ISO 4217 code, three letters.
    pub currency_code: Option<String>,
    /// Day of the purchase; else `received_at` counts.
    pub receipt_date: Option<NaiveDate>,
    /// Array of objects with at least `name`.
    pub line_items: Option<Value>,
    /// SHA-256 of merchant, amount, day and order number; tells the second mail of a purchase.
    pub receipt_hash: Option<String>,
    /// The parser that read it; an open set.
    pub parse_method: Option<String>,
    /// 0 to 100.
    pub parse_confidence: i32,
    /// The schema.org markup it was read from.
    pub raw_schema_data: Option<Value>,
    /// US cents.
    pub llm_cost_cents: Option<i32>,
    /// How far it is parsed.
    pub parsing_status: Option<ReceiptParsingStatus>,
    /// Why parsing failed.
    pub parsing_error: Option<String>,
    /// Attempts to parse it again.
    pub retry_count: i32,
    /// Set where the receipt counts as deleted.
    pub deleted_at: Option<DateTime<Utc>>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
    /// How far its PDF is processed.
    pub pdf_processing_status: Option<PdfProcessingStatus>,
    /// Attempts at the PDF.
    pub pdf_retry_count: i32,
    /// Why the PDF failed.
    pub pdf_last_error: Option<String>,
    /// How far the language model parsed it; null where it was not asked.
    pub llm_parse_status: Option<LlmParseStatus>,
    /// US cents.
    pub llm_estimated_cost_cents: Option<i32>,
    /// US cents.
    pub llm_actual_cost_cents: Option<i32>,
    /// When the model answered.
    pub llm_parsed_at: Option<DateTime<Utc>>,
}

/// A row for `gmail_receipts`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = gmail_receipts, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailReceipt`")]
pub struct NewGmailReceipt<'a> {
    pub connection_id: GmailConnectionId,
    pub message_id: &'a str,
    pub thread_id: Option<&'a str>,
    pub sender_email: &'a str,
    pub sender_name: Option<&'a str>,
    pub subject: Option<&'a str>,
    pub received_at: DateTime<Utc>,
    pub merchant_name: Option<&'a str>,
    pub merchant_name_normalized: Option<&'a str>,
    pub merchant_domain: Option<&'a str>,
    pub order_id: Option<&'a str>,
    pub total_amount: Option<&'a BigDecimal>,
    pub currency_code: Option<&'a str>,
    pub receipt_date: Option<NaiveDate>,
    pub line_items: Option<&'a Value>,
    pub receipt_hash: Option<&'a str>,
    pub parse_method: Option<&'a str>,
    pub parse_confidence: i32,
    pub raw_schema_data: Option<&'a Value>,
    pub llm_cost_cents: Option<i32>,
    pub parsing_status: Option<ReceiptParsingStatus>,
    pub parsing_error: Option<&'a str>,
    pub retry_count: Option<i32>,
    pub deleted_at: Option<DateTime<Utc>>,
    pub pdf_processing_status: Option<PdfProcessingStatus>,
    pub pdf_retry_count: Option<i32>,
    pub pdf_last_error: Option<&'a str>,
    pub llm_parse_status: Option<LlmParseStatus>,
    pub llm_estimated_cost_cents: Option<i32>,
    pub llm_actual_cost_cents: Option<i32>,
    pub llm_parsed_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `gmail_receipts`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = gmail_receipts, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `GmailReceipt`")]
pub struct GmailReceiptChanges<'a> {
    pub thread_id: Option<Option<&'a str>>,
    pub sender_email: Option<&'a str>,
    pub sender_name: Option<Option<&'a str>>,
    pub subject: Option<Option<&'a str>>,
    pub received_at: Option<DateTime<Utc>>,
    pub merchant_name: Option<Option<&'a str>>,
    pub merchant_name_normalized: Option<Option<&'a str>>,
    pub merchant_domain: Option<Option<&'a str>>,
    pub order_id: Option<Option<&'a str>>,
    pub total_amount: Option<Option<&'a BigDecimal>>,
    pub currency_code: Option<Option<&'a str>>,
    pub receipt_date: Option<Option<NaiveDate>>,
    pub line_items: Option<Option<&'a Value>>,
    pub receipt_hash: Option<Option<&'a str>>,
    pub parse_method: Option<Option<&'a str>>,
    pub parse_confidence: Option<i32>,
    pub raw_schema_data: Option<Option<&'a Value>>,
    pub llm_cost_cents: Option<Option<i32>>,
    pub parsing_status: Option<Option<ReceiptParsingStatus>>,
    pub parsing_error: Option<Option<&'a str>>,
    pub retry_count: Option<i32>,
    pub deleted_at: Option<Option<DateTime<Utc>>>,
    pub pdf_processing_status: Option<Option<PdfProcessingStatus>>,
    pub pdf_retry_count: Option<i32>,
    pub pdf_last_error: Option<Option<&'a str>>,
    pub llm_parse_status: Option<Option<LlmParseStatus>>,
    pub llm_estimated_cost_cents: Option<Option<i32>>,
    pub llm_actual_cost_cents: Option<Option<i32>>,
    pub llm_parsed_at: Option<Option<DateTime<Utc>>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<gmail_receipts::table> {
    owned(owner, |owner| {
        gmail_receipts::connection_id
            .eq_any(connection::ids_of(owner))
            .nullable()
    })
}

/// The ids of a user's rows, to compare with a column that may be null.
pub(crate) fn nullable_ids_of(
    owner: UserId,
) -> Ids<gmail_receipts::table, dsl::Nullable<gmail_receipts::id>> {
    gmail_receipts::table
        .select(gmail_receipts::id.nullable())
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

/// The ids of a user's rows.
pub(crate) fn ids_of(owner: UserId) -> Ids<gmail_receipts::table, gmail_receipts::id> {
    gmail_receipts::table
        .select(gmail_receipts::id)
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

/// The messages of a user's rows.
pub(super) fn message_ids_of(
    owner: UserId,
) -> Ids<gmail_receipts::table, gmail_receipts::message_id> {
    gmail_receipts::table
        .select(gmail_receipts::message_id)
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

impl<'a> NewGmailReceipt<'a> {
    /// A row with what has no default.
    pub const fn new(
        connection_id: GmailConnectionId,
        message_id: &'a str,
        sender_email: &'a str,
        received_at: DateTime<Utc>,
        parse_confidence: i32,
    ) -> Self {
        Self {
            connection_id,
            message_id,
            thread_id: None,
            sender_email,
            sender_name: None,
            subject: None,
            received_at,
            merchant_name: None,
            merchant_name_normalized: None,
            merchant_domain: None,
            order_id: None,
            total_amount: None,
            currency_code: None,
            receipt_date: None,
            line_items: None,
            receipt_hash: None,
            parse_method: None,
            parse_confidence,
            raw_schema_data: None,
            llm_cost_cents: None,
            parsing_status: None,
            parsing_error: None,
            retry_count: None,
            deleted_at: None,
            pdf_processing_status: None,
            pdf_retry_count: None,
            pdf_last_error: None,
            llm_parse_status: None,
            llm_estimated_cost_cents: None,
            llm_actual_cost_cents: None,
            llm_parsed_at: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `message_id` is there already in this mailbox.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<GmailReceipt> {
        Ok(self
            .insert_into(gmail_receipts::table)
            .returning(GmailReceipt::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `message_id` of the same mailbox.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<GmailReceipt> {
        Ok(self
            .insert_into(gmail_receipts::table)
            .on_conflict((gmail_receipts::message_id, gmail_receipts::connection_id))
            .do_update()
            .set(self)
            .returning(GmailReceipt::as_returning())
            .get_result(conn)?)
    }
}

impl GmailReceipt {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailReceiptId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(gmail_receipts::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `message_id`, if any; where several mailboxes have one, the oldest.
    pub fn find_by_message_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        message_id: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(gmail_receipts::message_id.eq(message_id))
            .filter(owned_by(owner.into()))
            .order(gmail_receipts::id)
            .first(conn)
            .optional()?)
    }

    /// The rows of one connection of the owner, those that count as deleted too. Newest first.
    pub fn list_for_connection(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        connection: GmailConnectionId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(gmail_receipts::connection_id.eq(connection))
            .filter(owned_by(owner.into()))
            .order((
                gmail_receipts::received_at.desc(),
                gmail_receipts::id.desc(),
            ))
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailReceiptId,
        changes: &GmailReceiptChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(gmail_receipts::table.find(id).filter(owned_by(owner)))
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
        id: GmailReceiptId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            gmail_receipts::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
