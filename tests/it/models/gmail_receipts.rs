//! Receipts: the table with the most columns.

use serde_json::json;
use spending_db::models::gmail::{GmailReceipt, GmailReceiptChanges, NewGmailReceipt};
use spending_db::types::{LlmParseStatus, PdfProcessingStatus, ReceiptParsingStatus};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{
    assert_defaults, at, day, decimal, deleted, hidden_from_others, stored, updated,
};

#[test]
fn defaults() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewGmailReceipt::new(
        home.mailbox,
        "the message id",
        "plain@example.com",
        at("2026-07-29T01:30:00.053901+03:00"),
        50,
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "connection_id": home.mailbox, "message_id": "the message id", "thread_id": null,
            "sender_email": "plain@example.com", "sender_name": null, "subject": null,
            "received_at": at("2026-07-29T01:30:00.053901+03:00"), "merchant_name": null,
            "merchant_name_normalized": null, "merchant_domain": null, "order_id": null, "total_amount": null,
            "currency_code": "GBP", "receipt_date": null, "line_items": null, "receipt_hash": null,
            "parse_method": null, "parse_confidence": 50, "raw_schema_data": null, "llm_cost_cents": null,
            "parsing_status": "pending", "parsing_error": null, "retry_count": 0, "deleted_at": null,
            "pdf_processing_status": "none", "pdf_retry_count": 0, "pdf_last_error": null,
            "llm_parse_status": null, "llm_estimated_cost_cents": null, "llm_actual_cost_cents": null,
            "llm_parsed_at": null,
        }),
    );
}

#[test]
fn every_column() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let row = stored!(
        conn,
        NewGmailReceipt {
            connection_id: home.mailbox,
            message_id: "18f0a1",
            thread_id: Some("some thread id"),
            sender_email: "shop@example.com",
            sender_name: Some("some sender name"),
            subject: Some("some subject"),
            received_at: at("2026-03-29T01:30:00.054918+01:00"),
            merchant_name: Some("Café Zoë"),
            merchant_name_normalized: Some("some merchant name normalized"),
            merchant_domain: Some("some merchant domain"),
            order_id: Some("026-1234567-7654321"),
            total_amount: Some(&decimal("12.50")),
            currency_code: Some("EUR"),
            receipt_date: Some(day("2026-02-28")),
            line_items: Some(&json!({"first": [1, 2.5, null, "é"]})),
            receipt_hash: Some("some receipt hash"),
            parse_method: Some("some parse method"),
            parse_confidence: 70,
            raw_schema_data: Some(&json!({"first": [1, 2.5, null, "é"]})),
            llm_cost_cents: Some(3),
            parsing_status: Some(ReceiptParsingStatus::Parsed),
            parsing_error: Some("some parsing error"),
            retry_count: Some(2),
            deleted_at: Some(at("2026-03-29T01:30:00.056952+01:00")),
            pdf_processing_status: Some(PdfProcessingStatus::Pending),
            pdf_retry_count: Some(5),
            pdf_last_error: Some("some pdf last error"),
            llm_parse_status: Some(LlmParseStatus::Pending),
            llm_estimated_cost_cents: Some(6),
            llm_actual_cost_cents: Some(7),
            llm_parsed_at: Some(at("2026-03-29T01:30:00.061020+01:00")),
        }
    );
    updated!(
        conn,
        GmailReceipt(home.user, row.id),
        GmailReceiptChanges {
            thread_id: Some(None),
            sender_email: Some("orders@example.com"),
            sender_name: Some(None),
            subject: Some(None),
            received_at: Some(at("2026-10-29T01:30:00.062037+02:00")),
            merchant_name: Some(None),
            merchant_name_normalized: Some(None),
            merchant_domain: Some(None),
            order_id: Some(None),
            total_amount: Some(None),
            currency_code: Some(None),
            receipt_date: Some(None),
            line_items: Some(None),
            receipt_hash: Some(None),
            parse_method: Some(None),
            parse_confidence: Some(95),
            raw_schema_data: Some(None),
            llm_cost_cents: Some(None),
            parsing_status: Some(None),
            parsing_error: Some(None),
            retry_count: Some(3),
            deleted_at: Some(None),
            pdf_processing_status: Some(None),
            pdf_retry_count: Some(21),
            pdf_last_error: Some(None),
            llm_parse_status: Some(None),
            llm_estimated_cost_cents: Some(None),
            llm_actual_cost_cents: Some(None),
            llm_parsed_at: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        GmailReceipt(home.user, row.id),
        GmailReceiptChanges {
            thread_id: Some(Some("some thread id")),
            ..Default::default()
        }
    );
    deleted!(conn, GmailReceipt(home.user, row.id));
}
