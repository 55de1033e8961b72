//! What the PDF of a receipt says, and how far it is processed.

use serde_json::{Value, json};
use spending_db::models::gmail::{GmailReceipt, ReceiptFindings};
use spending_db::types::PdfProcessingStatus;

use super::{call, refused, refused_by_database, row};
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::decimal;
use crate::support::threads::at_once;

fn from_pdf(home: &Household, data: Value) -> Value {
    json!({"receipt_id": home.receipt, "pdf_data": data, "minio_object_key": "ignored"})
}

#[test]
fn a_pdf_that_says_nothing_changes_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let before = row(conn, "gmail_receipts", home.receipt);
    for data in [
        json!({}),
        json!({"vat": 7.6}),
        json!({"merchant_name": "", "total_amount": null, "line_items": [], "receipt_date": "", "parse_method": null}),
    ] {
        let arguments = from_pdf(&home, data);
        let old = call(conn, "update_gmail_receipt_from_pdf", arguments).unwrap();
        assert_eq!(old, json!(false));
        assert_eq!(row(conn, "gmail_receipts", home.receipt), before);
    }
    let nothing = ReceiptFindings::default();
    let merged = GmailReceipt::merge_pdf(conn, home.user, home.receipt, &nothing).unwrap();
    assert_eq!(merged, None);
}

#[test]
fn what_it_says_is_exact() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let data = json!({"total_amount": "12345678901234567.89", "parse_confidence": 88.9, "merchant_name": "CAFÉ  Zoë "});
    let arguments = from_pdf(&home, data);
    let old = call(conn, "update_gmail_receipt_from_pdf", arguments).unwrap();
    assert_eq!(old, json!(true));
    let receipt = GmailReceipt::find(conn, home.user, home.receipt).unwrap();
    assert_eq!(receipt.total_amount, Some(decimal("12345678901234567.89")));
    assert_eq!(receipt.parse_confidence, 88);
    assert_eq!(
        receipt.merchant_name_normalized.as_deref(),
        Some("café  zoë ")
    );

    let before = row(conn, "gmail_receipts", home.receipt);
    for (member, value) in [
        ("total_amount", json!("NaN")),
        ("total_amount", json!("1,234.56")),
        ("receipt_date", json!("2026-02-30")),
        ("parse_confidence", json!("high")),
    ] {
        let arguments = from_pdf(&home, json!({member: value}));
        assert_eq!(
            refused(conn, "update_gmail_receipt_from_pdf", arguments),
            json!(format!("pdf_data.{member}"))
        );
    }
    for (member, value, named) in [
        (
            "parse_confidence",
            json!(101),
            "gmail_receipts_parse_confidence_check",
        ),
        (
            "currency_code",
            json!("EURO"),
            "gmail_receipts_currency_code_check",
        ),
    ] {
        let arguments = from_pdf(&home, json!({"total_amount": 1, member: value}));
        assert_eq!(
            refused_by_database(conn, "update_gmail_receipt_from_pdf", arguments),
            named
        );
    }
    assert_eq!(row(conn, "gmail_receipts", home.receipt), before);
}

#[test]
fn failures_at_once_are_all_counted() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for round in 1..=30 {
        at_once(&db, 4, |conn, thread| {
            let error = (thread > 0).then_some("timeout");
            GmailReceipt::set_pdf_status(
                conn,
                home.user,
                home.receipt,
                PdfProcessingStatus::Failed,
                error,
            )
            .unwrap()
        });
        let receipt = GmailReceipt::find(conn, home.user, home.receipt).unwrap();
        assert_eq!(receipt.pdf_retry_count, round * 3);
        assert_eq!(receipt.pdf_last_error.as_deref(), Some("timeout"));
        assert_eq!(receipt.retry_count, 0, "of the receipt");
    }
}
