//! Storing many receipts at once.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use diesel::ExecuteCopyFromDsl as _;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Text};
use serde::Serialize;
use serde_json::Value;

use super::SyncedReceipt;
use crate::Result;
use crate::models::gmail::connection;
use crate::models::gmail::staging::last_of_each;
use crate::types::{
    GmailConnectionId, GmailReceiptId, PdfProcessingStatus, ReceiptParsingStatus, UserId,
};

/// A receipt that was given to [`SyncedReceipt::save_all`].
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct SavedReceipt {
    /// Its id.
    #[diesel(sql_type = Integer)]
    pub id: GmailReceiptId,
    /// The mailbox.
    #[diesel(sql_type = Integer)]
    pub connection_id: GmailConnectionId,
    /// Gmail's id of the message.
    #[diesel(sql_type = Text)]
    pub message_id: String,
    /// Whether it was inserted or changed; a receipt that counts as deleted is neither.
    #[diesel(sql_type = Bool)]
    pub written: bool,
}

diesel::table! {
    staged_receipts (place) {
        place -> Integer,
        connection_id -> Integer,
        message_id -> Text,
        thread_id -> Nullable<Text>,
        sender_email -> Text,
        sender_name -> Nullable<Text>,
        subject -> Nullable<Text>,
        received_at -> Timestamptz,
        merchant_name -> Nullable<Text>,
        merchant_name_normalized -> Nullable<Text>,
        merchant_domain -> Nullable<Text>,
        order_id -> Nullable<Text>,
        total_amount -> Nullable<Numeric>,
        currency_code -> Nullable<Text>,
        receipt_date -> Nullable<Date>,
        line_items -> Nullable<Jsonb>,
        receipt_hash -> Nullable<Text>,
        parse_method -> Nullable<Text>,
        parse_confidence -> Integer,
        raw_schema_data -> Nullable<Jsonb>,
        llm_cost_cents -> Nullable<Integer>,
        parsing_status -> Nullable<Text>,
        parsing_error -> Nullable<Text>,
        pdf_processing_status -> Nullable<Text>,
    }
}

#[derive(Insertable)]
#[diesel(table_name = staged_receipts, treat_none_as_default_value = false)]
struct StagedReceipt<'a> {
    place: i32,
    connection_id: GmailConnectionId,
    message_id: &'a str,
    thread_id: Option<&'a str>,
    sender_email: &'a str,
    sender_name: Option<&'a str>,
    subject: Option<&'a str>,
    received_at: DateTime<Utc>,
    merchant_name: Option<&'a str>,
    merchant_name_normalized: Option<&'a str>,
    merchant_domain: Option<&'a str>,
    order_id: Option<&'a str>,
    total_amount: Option<&'a BigDecimal>,
    currency_code: Option<&'a str>,
    receipt_date: Option<NaiveDate>,
    line_items: Option<&'a Value>,
    receipt_hash: Option<&'a str>,
    parse_method: Option<&'a str>,
    parse_confidence: i32,
    raw_schema_data: Option<&'a Value>,
    llm_cost_cents: Option<i32>,
    parsing_status: Option<ReceiptParsingStatus>,
    parsing_error: Option<&'a str>,
    pdf_processing_status: Option<PdfProcessingStatus>,
}

impl<'a> StagedReceipt<'a> {
    fn new(place: i32, receipt: &SyncedReceipt<'a>) -> Self {
        let receipt = receipt.without_json_null();
        Self {
            place,
            connection_id: receipt.connection_id,
            message_id: receipt.message_id,
            thread_id: receipt.thread_id,
            sender_email: receipt.sender_email,
            sender_name: receipt.sender_name,
            subject: receipt.subject,
            received_at: receipt.received_at,
            merchant_name: receipt.merchant_name,
            merchant_name_normalized: receipt.merchant_name_normalized,
            merchant_domain: receipt.merchant_domain,
            order_id: receipt.order_id,
            total_amount: receipt.total_amount,
            currency_code: receipt.currency_code,
            receipt_date: receipt.receipt_date,
            line_items: receipt.line_items,
            receipt_hash: receipt.receipt_hash,
            parse_method: receipt.parse_method,
            parse_confidence: receipt.parse_confidence,
            raw_schema_data: receipt.raw_schema_data,
            llm_cost_cents: receipt.llm_cost_cents,
            parsing_status: receipt.parsing_status,
            parsing_error: receipt.parsing_error,
            pdf_processing_status: receipt.pdf_processing_status,
        }
    }
}

impl SyncedReceipt<'_> {
    /// Stores the receipts in mailboxes of the owner as [`save`](Self::save) does, all or none, and gives one answer for
    /// each message, in the order in which the messages come first. Of several receipts of one message of one mailbox the
    /// last counts.
    ///
    /// Errors as of [`save`](Self::save); one bad receipt refuses all.
    ///
    /// Takes over `save_gmail_receipt_bulk`.
    pub fn save_all(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        receipts: &[Self],
    ) -> Result<Vec<SavedReceipt>> {
        if receipts.is_empty() {
            return Ok(Vec::new());
        }
        let owner = owner.into();
        let distinct = last_of_each(receipts, |receipt| {
            (receipt.connection_id, receipt.message_id)
        });
        let staged: Vec<_> = (0..)
            .zip(&distinct)
            .map(|(place, receipt)| StagedReceipt::new(place, receipt))
            .collect();
        let mailboxes: Vec<_> = staged.iter().map(|receipt| receipt.connection_id).collect();
        conn.transaction(|conn| {
            connection::keep(conn, owner, &mailboxes)?;
            conn.batch_execute(include_str!("staged.sql"))?;
            diesel::copy_from(staged_receipts::table)
                .from_insertable(&staged)
                .execute(conn)?;
            let saved = diesel::sql_query(include_str!("save_all.sql")).load(conn)?;
            conn.batch_execute("DROP TABLE pg_temp.staged_receipts")?;
            Ok(saved)
        })
    }
}
