//! Receipts as arguments.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::compat::arguments::{Argument, Members};
use crate::compat::failure::Failure;
use crate::models::gmail::SyncedReceipt;
use crate::types::{GmailConnectionId, PdfProcessingStatus, ReceiptParsingStatus};

/// What a parser got out of a message; unknown members are ignored.
pub(super) struct ReceiptData {
    sender_email: String,
    received_at: DateTime<Utc>,
    parse_confidence: i32,
    thread_id: Option<String>,
    sender_name: Option<String>,
    subject: Option<String>,
    merchant_name: Option<String>,
    merchant_name_normalized: Option<String>,
    merchant_domain: Option<String>,
    order_id: Option<String>,
    total_amount: Option<BigDecimal>,
    currency_code: Option<String>,
    receipt_date: Option<NaiveDate>,
    line_items: Option<Value>,
    receipt_hash: Option<String>,
    parse_method: Option<String>,
    raw_schema_data: Option<Value>,
    llm_cost_cents: Option<i32>,
    parsing_status: Option<ReceiptParsingStatus>,
    parsing_error: Option<String>,
    pdf_processing_status: Option<PdfProcessingStatus>,
}

impl Argument for ReceiptData {
    const TAKES: &'static str = "an object with sender_email, received_at, parse_confidence and any of thread_id, \
                                 sender_name, subject, merchant_name, merchant_name_normalized, merchant_domain, \
                                 order_id, total_amount, currency_code, receipt_date, line_items, receipt_hash, \
                                 parse_method, raw_schema_data, llm_cost_cents, parsing_status, parsing_error, \
                                 pdf_processing_status";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let mut members = Members::read(name, text)?;
        Ok(Self {
            sender_email: members.needed("sender_email")?,
            received_at: members.needed("received_at")?,
            parse_confidence: members.needed("parse_confidence")?,
            thread_id: members.take("thread_id")?,
            sender_name: members.take("sender_name")?,
            subject: members.take("subject")?,
            merchant_name: members.take("merchant_name")?,
            merchant_name_normalized: members.take("merchant_name_normalized")?,
            merchant_domain: members.take("merchant_domain")?,
            order_id: members.take("order_id")?,
            total_amount: members.take("total_amount")?,
            currency_code: members.take_or("currency_code", Some("GBP".to_owned()))?,
            receipt_date: members.take("receipt_date")?,
            line_items: members.take("line_items")?,
            receipt_hash: members.take("receipt_hash")?,
            parse_method: members.take("parse_method")?,
            raw_schema_data: members.take("raw_schema_data")?,
            llm_cost_cents: members.take("llm_cost_cents")?,
            parsing_status: members
                .take_or("parsing_status", Some(ReceiptParsingStatus::Parsed))?,
            parsing_error: members.take("parsing_error")?,
            pdf_processing_status: members
                .take_or("pdf_processing_status", Some(PdfProcessingStatus::None))?,
        })
    }
}

impl ReceiptData {
    /// The receipt of a message.
    pub(super) fn of<'a>(
        &'a self,
        connection_id: GmailConnectionId,
        message_id: &'a str,
    ) -> SyncedReceipt<'a> {
        SyncedReceipt {
            connection_id,
            message_id,
            thread_id: self.thread_id.as_deref(),
            sender_email: &self.sender_email,
            sender_name: self.sender_name.as_deref(),
            subject: self.subject.as_deref(),
            received_at: self.received_at,
            merchant_name: self.merchant_name.as_deref(),
            merchant_name_normalized: self.merchant_name_normalized.as_deref(),
            merchant_domain: self.merchant_domain.as_deref(),
            order_id: self.order_id.as_deref(),
            total_amount: self.total_amount.as_ref(),
            currency_code: self.currency_code.as_deref(),
            receipt_date: self.receipt_date,
            line_items: self.line_items.as_ref(),
            receipt_hash: self.receipt_hash.as_deref(),
            parse_method: self.parse_method.as_deref(),
            parse_confidence: self.parse_confidence,
            raw_schema_data: self.raw_schema_data.as_ref(),
            llm_cost_cents: self.llm_cost_cents,
            parsing_status: self.parsing_status,
            parsing_error: self.parsing_error.as_deref(),
            pdf_processing_status: self.pdf_processing_status,
        }
    }
}

/// A receipt with the message that it was found in: `[connection_id, message_id, receipt_data]`.
pub(super) struct MessageReceipt {
    connection_id: GmailConnectionId,
    message_id: String,
    data: ReceiptData,
}

impl Argument for MessageReceipt {
    const TAKES: &'static str = "a list of connection_id, message_id and receipt_data";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let parts: Vec<Box<RawValue>> =
            serde_json::from_str(text).map_err(|_| Failure::takes::<Self>(name))?;
        let [connection_id, message_id, data] = &parts[..] else {
            return Err(Failure::takes::<Self>(name));
        };
        Ok(Self {
            connection_id: GmailConnectionId::read(name, connection_id.get())?,
            message_id: String::read(name, message_id.get())?,
            data: ReceiptData::read(name, data.get())?,
        })
    }
}

impl MessageReceipt {
    pub(super) fn receipt(&self) -> SyncedReceipt<'_> {
        self.data.of(self.connection_id, &self.message_id)
    }
}
