//! What comes of parsing, what waits for it, and what is cleared away.

use std::collections::BTreeSet;

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::enrichment::NewTransactionEnrichmentSource;
use spending_db::models::gmail::{
    GmailProcessingError, GmailReceipt, NewGmailProcessingError, NewGmailTransactionMatch,
    NewPdfAttachment, ParsedReceipt, PdfAttachment,
};
use spending_db::operations::receipt_cleanup::{self, StoredObject};
use spending_db::types::{
    EVERYONE, EnrichmentSourceType, GmailConnectionId, GmailErrorStage, GmailErrorType,
    GmailReceiptId, ReceiptParsingStatus,
};

use super::{assert_one_statement, call, received, refused, refused_by_database, row};
use crate::support::fixtures::{Household, mailbox, receipt, user};
use crate::support::rows::{at, decimal};
use crate::support::threads::at_once;
use crate::support::{TestDatabase, execute};

fn parsed(receipt: GmailReceiptId, argument: &str, value: Value) -> Value {
    let mut arguments = json!({
        "receipt_id": receipt, "merchant_name": "Shop", "merchant_name_normalized": "shop", "order_id": "1",
        "total_amount": "1.00", "currency_code": "GBP", "receipt_date": "2026-02-28", "line_items": null,
        "receipt_hash": "hash", "parse_method": "pattern", "parse_confidence": 80,
    });
    arguments[argument] = value;
    arguments
}

#[test]
fn amounts_are_exact_and_finite() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for amount in ["12345678901234567.89", "0.1", "19.995", "-2.675"] {
        let number: Value = serde_json::from_str(amount).unwrap();
        for amount_argument in [json!(amount), number] {
            if amount.len() > 15 && amount_argument.is_number() {
                continue; // the test's own JSON would round it
            }
            let arguments = parsed(home.receipt, "total_amount", amount_argument);
            assert_eq!(
                call(conn, "update_gmail_receipt_parsed", arguments).unwrap(),
                json!(true)
            );
            let stored = GmailReceipt::find(conn, home.user, home.receipt).unwrap();
            assert_eq!(stored.total_amount, Some(decimal(amount)));
        }
    }
    let before = row(conn, "gmail_receipts", home.receipt);
    for amount in ["NaN", "Infinity", "-inf", "1,000.00", ""] {
        let arguments = parsed(home.receipt, "total_amount", json!(amount));
        assert_eq!(
            refused(conn, "update_gmail_receipt_parsed", arguments),
            "total_amount",
            "{amount}"
        );
    }
    assert_eq!(row(conn, "gmail_receipts", home.receipt), before);
}

#[test]
fn any_vendors_parser_can_be_named() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for method in ["vendor_airbnb", "vendor_ebay", "generic_pdf"] {
        let arguments = parsed(home.receipt, "parse_method", json!(method));
        assert_eq!(
            call(conn, "update_gmail_receipt_parsed", arguments).unwrap(),
            json!(true)
        );
        let stored = GmailReceipt::find(conn, home.user, home.receipt).unwrap();
        assert_eq!(stored.parse_method.as_deref(), Some(method));
    }
}

#[test]
fn what_the_table_refuses_changes_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let before = row(conn, "gmail_receipts", home.receipt);
    for (argument, value, named) in [
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
        let arguments = parsed(home.receipt, argument, value);
        assert_eq!(
            refused_by_database(conn, "update_gmail_receipt_parsed", arguments),
            named
        );
    }
    for (argument, value) in [
        ("parse_confidence", Value::Null),
        ("parsing_status", json!("matched")),
        ("receipt_date", json!("2026-02-30")),
    ] {
        let arguments = parsed(home.receipt, argument, value);
        assert_eq!(
            refused(conn, "update_gmail_receipt_parsed", arguments),
            argument
        );
    }
    assert_eq!(row(conn, "gmail_receipts", home.receipt), before);
}

#[test]
fn a_json_null_and_no_items_are_none() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for nothing in [json!(null), json!([]), json!({})] {
        let items = json!([{"name": "Tea"}]);
        for (given, stored) in [(&items, Some(&items)), (&nothing, None)] {
            let parsed = ParsedReceipt {
                line_items: Some(given),
                ..ParsedReceipt::new(90)
            };
            let receipt = GmailReceipt::set_parsed(conn, home.user, home.receipt, &parsed).unwrap();
            assert_eq!(receipt.line_items.as_ref(), stored);
            let is_none = GmailReceipt::query()
                .filter(diesel::dsl::sql::<diesel::sql_types::Bool>(
                    "line_items IS NULL",
                ))
                .load(conn)
                .unwrap();
            assert_eq!(is_none.is_empty(), stored.is_some());
        }
    }
}

#[test]
fn attempts_at_once_are_all_counted() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for round in 1..=30 {
        at_once(&db, 4, |conn, thread| {
            let status = ReceiptParsingStatus::ALL[thread];
            let error = format!("{round} {thread}");
            GmailReceipt::set_parsing_status(conn, home.user, home.receipt, status, Some(&error))
                .unwrap()
        });
        let receipt = GmailReceipt::find(conn, home.user, home.receipt).unwrap();
        assert_eq!(receipt.retry_count, round * 4);
        let (_, thread) = receipt
            .parsing_error
            .as_deref()
            .unwrap()
            .split_once(' ')
            .unwrap();
        let status = ReceiptParsingStatus::ALL[thread.parse::<usize>().unwrap()];
        assert_eq!(receipt.parsing_status, Some(status), "of the same call");
    }
}

#[test]
fn of_those_that_arrived_at_once_the_last_stored_waits_first() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let inbox = mailbox(conn, ada, "ada@example.com");
    let ids: Vec<_> = (0..5)
        .map(|number| receipt(conn, inbox, &number.to_string()))
        .collect();
    let pending = GmailReceipt::list_pending(conn, ada, inbox, Some(4)).unwrap();
    let pending: Vec<_> = pending.iter().map(|receipt| receipt.id).collect();
    assert_eq!(pending, [ids[4], ids[3], ids[2], ids[1]]);
    let old = json!({"connection_id": inbox, "limit": null});
    let old = call(conn, "get_pending_gmail_receipts", old).unwrap();
    assert_eq!(old.as_array().unwrap().len(), 5, "null is no limit");
    let old = json!({"connection_id": inbox, "limit": -1});
    assert_eq!(refused(conn, "get_pending_gmail_receipts", old), "limit");
}

#[test]
fn workers_that_claim_at_once_get_receipts_of_their_own() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let inbox = mailbox(conn, ada, "ada@example.com");
    for round in 0..25 {
        for number in 0..8 {
            receipt(conn, inbox, &format!("{round}-{number}"));
        }
        let claimed = at_once(&db, 4, |conn, _| {
            conn.transaction(|conn| {
                let claimed = GmailReceipt::claim_pending(conn, ada, inbox, Some(2))?;
                for receipt in &claimed {
                    let done = ParsedReceipt::new(90);
                    GmailReceipt::set_parsed(conn, ada, receipt.id, &done)?;
                }
                Ok::<_, Error>(claimed)
            })
            .unwrap()
        });
        let claimed: Vec<_> = claimed.iter().flatten().map(|receipt| receipt.id).collect();
        let distinct: BTreeSet<_> = claimed.iter().collect();
        assert_eq!(distinct.len(), claimed.len());
        let left = GmailReceipt::list_pending(conn, ada, inbox, None).unwrap();
        assert_eq!(left.len(), 8 - claimed.len());
        execute(conn, "DELETE FROM gmail_receipts");
    }
}

/// A receipt of 2026-01-01 that nobody could read.
fn unreadable(conn: &mut PgConnection, inbox: GmailConnectionId, message: &str) -> GmailReceiptId {
    let id = received(
        conn,
        inbox,
        message,
        "2026-01-01T00:00:00Z",
        "a@shop.example",
    );
    execute(
        conn,
        &format!(
            "UPDATE gmail_receipts SET parsing_status = 'unparseable', created_at = '2026-01-01T00:00Z' WHERE id = {id}"
        ),
    );
    id
}

fn left(conn: &mut PgConnection, home: &Household) -> Vec<String> {
    let mut left: Vec<_> = GmailReceipt::list_for_connection(conn, EVERYONE, home.mailbox)
        .unwrap()
        .into_iter()
        .map(|receipt| receipt.message_id)
        .collect();
    left.sort();
    left
}

#[test]
fn old_receipts_that_belong_to_nothing_are_cleared_away() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let gone = unreadable(conn, home.mailbox, "gone");
    let matched = unreadable(conn, home.mailbox, "matched");
    let source = unreadable(conn, home.mailbox, "source");
    for (message, change) in [
        ("deleted", "deleted_at = now()"),
        ("parsed", "parsing_status = 'parsed'"),
        ("at the cutoff", "created_at = '2026-01-02T00:00Z'"),
    ] {
        let id = unreadable(conn, home.mailbox, message);
        execute(
            conn,
            &format!("UPDATE gmail_receipts SET {change} WHERE id = {id}"),
        );
    }
    NewGmailTransactionMatch::new(home.payment, matched, 90)
        .insert(conn)
        .unwrap();
    let explains = NewTransactionEnrichmentSource {
        source_id: Some(source.0),
        ..NewTransactionEnrichmentSource::new(home.payment, EnrichmentSourceType::Gmail, "Tea")
    };
    explains.insert(conn).unwrap();
    for (receipt, key) in [
        (gone, "gone/a.pdf"),
        (gone, "gone/b.pdf"),
        (matched, "kept.pdf"),
    ] {
        let file = NewPdfAttachment {
            gmail_receipt_id: Some(receipt),
            bucket_name: Some("mail"),
            ..NewPdfAttachment::new(key, key, "file.pdf", "hash", 1)
        };
        file.insert(conn).unwrap();
        let error = NewGmailProcessingError {
            connection_id: Some(home.mailbox),
            receipt_id: Some(receipt),
            ..NewGmailProcessingError::new(GmailErrorStage::Parse, GmailErrorType::Unknown, key)
        };
        error.insert(conn).unwrap();
    }

    let deleted =
        receipt_cleanup::delete_unmatched(conn, home.user, at("2026-01-02T00:00:00Z")).unwrap();
    let object = |key: &str| StoredObject {
        bucket_name: Some("mail".to_owned()),
        object_key: key.to_owned(),
    };
    assert_eq!(deleted.receipts, 1);
    assert_eq!(
        deleted.objects,
        [object("gone/a.pdf"), object("gone/b.pdf")]
    );
    let kept = [
        "ada-message",
        "at the cutoff",
        "deleted",
        "matched",
        "parsed",
        "source",
    ];
    assert_eq!(left(conn, &home), kept);
    assert_eq!(
        PdfAttachment::list_for_receipt(conn, EVERYONE, matched)
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        PdfAttachment::find_by_object_key(conn, EVERYONE, "gone/a.pdf").unwrap(),
        None
    );
    let errors = GmailProcessingError::list_for_connection(conn, EVERYONE, home.mailbox).unwrap();
    assert_eq!(errors.len(), 1);
}

#[test]
fn the_cutoff_without_an_offset_is_utc() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    unreadable(conn, home.mailbox, "old");
    execute(conn, super::FAR_EAST);
    for (cutoff, deleted) in [
        ("2026-01-01T00:00:00", 0),
        ("2026-01-01T01:00:00+01:00", 0),
        ("2026-01-01T00:00:00.000001", 1),
    ] {
        let old = json!({"cutoff_date": cutoff});
        assert_eq!(
            call(conn, "delete_old_unmatched_gmail_receipts", old).unwrap(),
            json!(deleted),
            "{cutoff}"
        );
    }
}

#[test]
fn clearing_away_is_one_statement() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    assert_one_statement(conn, |conn| {
        receipt_cleanup::delete_unmatched(conn, EVERYONE, at("2026-01-01T00:00:00Z")).unwrap()
    });
}
