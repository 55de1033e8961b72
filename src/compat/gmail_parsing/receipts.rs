//! What comes of parsing a receipt.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::Value;

use super::findings::PdfData;
use crate::compat::answer::{Answer, row_answer};
use crate::compat::function::functions;
use crate::compat::given::Ignored;
use crate::compat::{found, optional};
use crate::models::gmail::{GmailReceipt, ParsedReceipt};
use crate::operations::receipt_cleanup;
use crate::types::{
    EVERYONE, GmailConnectionId, GmailReceiptId, PdfProcessingStatus, ReceiptParsingStatus,
};

row_answer!(
    fn pending(GmailReceipt) {
        id, message_id, sender_email, sender_name, subject, received_at, merchant_domain, raw_schema_data,
    }
);

functions! {
    /// Receipts.
    FUNCTIONS:

    update_gmail_receipt_parsed(
        receipt_id: GmailReceiptId,
        merchant_name: Option<String>,
        merchant_name_normalized: Option<String>,
        order_id: Option<String>,
        total_amount: Option<BigDecimal>,
        currency_code: Option<String>,
        receipt_date: Option<NaiveDate>,
        line_items: Option<Value>,
        receipt_hash: Option<String>,
        parse_method: Option<String>,
        parse_confidence: i32,
        parsing_status: ReceiptParsingStatus = "parsed",
        llm_cost_cents: Option<i32> = null
    ) => |conn| {
        let parsed = ParsedReceipt {
            merchant_name: merchant_name.as_deref(),
            merchant_name_normalized: merchant_name_normalized.as_deref(),
            order_id: order_id.as_deref(),
            total_amount: total_amount.as_ref(),
            currency_code: currency_code.as_deref(),
            receipt_date,
            line_items: line_items.as_ref(),
            receipt_hash: receipt_hash.as_deref(),
            parse_method: parse_method.as_deref(),
            parse_confidence,
            parsing_status,
            llm_cost_cents,
        };
        found(GmailReceipt::set_parsed(conn, EVERYONE, receipt_id, &parsed))?
    },

    update_gmail_receipt_status(
        receipt_id: GmailReceiptId,
        parsing_status: ReceiptParsingStatus,
        parsing_error: Option<String> = null
    ) => |conn| {
        let error = parsing_error.as_deref();
        found(GmailReceipt::set_parsing_status(conn, EVERYONE, receipt_id, parsing_status, error))?
    },

    update_gmail_receipt_pdf_status(
        receipt_id: GmailReceiptId,
        pdf_status: PdfProcessingStatus,
        error: Option<String> = null
    ) => |conn| found(GmailReceipt::set_pdf_status(conn, EVERYONE, receipt_id, pdf_status, error.as_deref()))?,

    update_gmail_receipt_from_pdf(
        receipt_id: GmailReceiptId,
        pdf_data: PdfData,
        minio_object_key: Ignored = null
    ) => |conn| {
        let Ignored = minio_object_key;
        let merged = GmailReceipt::merge_pdf(conn, EVERYONE, receipt_id, &pdf_data.findings());
        optional(merged)?.flatten().is_some()
    },

    get_pending_gmail_receipts(connection_id: GmailConnectionId, limit: Option<u32> = 100) => |conn|
        Answer::list(GmailReceipt::list_pending(conn, EVERYONE, connection_id, limit)?, pending),

    delete_old_unmatched_gmail_receipts(cutoff_date: DateTime<Utc>) => |conn|
        receipt_cleanup::delete_unmatched(conn, EVERYONE, cutoff_date)?.receipts,
}
