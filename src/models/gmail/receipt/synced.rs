//! Receipts as a mailbox sync brings them.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl;
use diesel::prelude::*;
use diesel::upsert::excluded;
use serde_json::Value;

use crate::Result;
use crate::models::gmail::connection;
use crate::schema::gmail_receipts;
use crate::types::{
    GmailConnectionId, GmailReceiptId, PdfProcessingStatus, ReceiptParsingStatus, UserId,
};

/// A receipt as a mailbox sync brings it; `None` is stored as null.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = gmail_receipts, treat_none_as_default_value = false)]
#[expect(missing_docs, reason = "the fields are those of `GmailReceipt`")]
pub struct SyncedReceipt<'a> {
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
    pub pdf_processing_status: Option<PdfProcessingStatus>,
}

impl<'a> SyncedReceipt<'a> {
    /// A parsed receipt in pounds without a PDF, of which nothing else is known.
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
            currency_code: Some("GBP"),
            receipt_date: None,
            line_items: None,
            receipt_hash: None,
            parse_method: None,
            parse_confidence,
            raw_schema_data: None,
            llm_cost_cents: None,
            parsing_status: Some(ReceiptParsingStatus::Parsed),
            parsing_error: None,
            pdf_processing_status: Some(PdfProcessingStatus::None),
        }
    }

    /// Stores the receipt in a mailbox of the owner and gives its id. Where the mailbox has that message already, the
    /// merchant's names, amount and currency, the method, the confidence, the statuses and the parsing error are written
    /// anew, also where they are `None`; the rest stays. A receipt that counts as deleted stays as it is.
    ///
    /// The amount is in major units of its currency and keeps its decimals. A JSON null is stored as null.
    /// [`Error::Reference`](crate::Error::Reference) where the owner has no such mailbox,
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) where the confidence is not within 0 to 100 or the currency has
    /// not three letters.
    ///
    /// Takes over `save_gmail_receipt`.
    pub fn save(
        &self,
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<GmailReceiptId> {
        connection::require(conn, owner.into(), self.connection_id)?;
        let upsert = self
            .without_json_null()
            .insert_into(gmail_receipts::table)
            .on_conflict((gmail_receipts::message_id, gmail_receipts::connection_id))
            .do_update()
            .set((
                gmail_receipts::merchant_name.eq(excluded(gmail_receipts::merchant_name)),
                gmail_receipts::merchant_name_normalized
                    .eq(excluded(gmail_receipts::merchant_name_normalized)),
                gmail_receipts::total_amount.eq(excluded(gmail_receipts::total_amount)),
                gmail_receipts::currency_code.eq(excluded(gmail_receipts::currency_code)),
                gmail_receipts::parse_method.eq(excluded(gmail_receipts::parse_method)),
                gmail_receipts::parse_confidence.eq(excluded(gmail_receipts::parse_confidence)),
                gmail_receipts::parsing_status.eq(excluded(gmail_receipts::parsing_status)),
                gmail_receipts::parsing_error.eq(excluded(gmail_receipts::parsing_error)),
                gmail_receipts::pdf_processing_status
                    .eq(excluded(gmail_receipts::pdf_processing_status)),
                gmail_receipts::updated_at.eq(dsl::now),
            ));
        let live = gmail_receipts::deleted_at.is_null();
        let written = diesel::query_dsl::methods::FilterDsl::filter(upsert, live)
            .returning(gmail_receipts::id)
            .get_result(conn)
            .optional()?;
        written.map_or_else(|| self.find_deleted(conn), Ok)
    }

    fn find_deleted(&self, conn: &mut PgConnection) -> Result<GmailReceiptId> {
        Ok(gmail_receipts::table
            .filter(gmail_receipts::message_id.eq(self.message_id))
            .filter(gmail_receipts::connection_id.eq(self.connection_id))
            .select(gmail_receipts::id)
            .first(conn)?)
    }

    pub(super) fn without_json_null(&self) -> Self {
        Self {
            line_items: self.line_items.filter(|items| !items.is_null()),
            raw_schema_data: self.raw_schema_data.filter(|data| !data.is_null()),
            ..*self
        }
    }
}
