//! Mailboxes, receipts and mails, while old code may store them.

use diesel::prelude::*;
use spending_db::migrations::Options;
use spending_db::migrations::side_by_side::switch_on;
use spending_db::models::gmail::{NewGmailEmailContent, SyncedReceipt};
use spending_db::types::EVERYONE;

use super::{run, session};
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::at;
use crate::support::sql::lines;

/// How old code stores a receipt.
pub(super) fn receipt(mailbox: impl std::fmt::Display, message: &str, merchant: &str) -> String {
    format!(
        "INSERT INTO gmail_receipts
             (connection_id, message_id, thread_id, sender_email, sender_name, subject, received_at, merchant_name, total_amount,
              currency_code, line_items, parse_method, parse_confidence, raw_schema_data, parsing_status, pdf_processing_status)
         VALUES ({mailbox}, '{message}', NULL, 'shop@example.com', NULL, NULL, '2025-10-26T01:30:00', '{merchant}', 12.34,
                 'GBP', '[]', 'vendor_shop', 90, 'null', 'parsed', 'none')
         ON CONFLICT (message_id) DO UPDATE SET
             merchant_name = EXCLUDED.merchant_name, total_amount = EXCLUDED.total_amount, updated_at = NOW()
         RETURNING id::text AS line"
    )
}

/// How old code stores a mail: it knows no mailbox.
pub(super) fn mail(message: &str, body: &str) -> String {
    format!(
        "INSERT INTO gmail_email_content (message_id, subject, from_header, body_text, attachments, received_at)
         VALUES ('{message}', 'Receipt', 'shop@example.com', '{body}', '[]', '2025-10-26T01:30:00')
         ON CONFLICT (message_id) DO UPDATE SET
             body_text = EXCLUDED.body_text, attachments = EXCLUDED.attachments, fetched_at = NOW()
         RETURNING id::text AS line"
    )
}

fn mails(conn: &mut PgConnection) -> Vec<String> {
    let stored = "SELECT format('%s %s %s', message_id, connection_id, body_text) AS line
                  FROM gmail_email_content ORDER BY message_id";
    lines(conn, stored)
}

#[test]
fn receipts_of_both_are_the_same_rows() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let mailbox = Household::new(conn, "ada").mailbox;
    switch_on(conn, &Options::default()).unwrap();
    let new = SyncedReceipt::new(
        mailbox,
        "m-1",
        "shop@example.com",
        at("2025-10-26T01:30:00Z"),
        90,
    );
    let id = new.save(conn, EVERYONE).unwrap().to_string();
    assert_eq!(
        lines(conn, &receipt(mailbox, "m-1", "Old")),
        std::slice::from_ref(&id)
    );
    assert_eq!(new.save(conn, EVERYONE).unwrap().to_string(), id);

    let first = lines(conn, &receipt(mailbox, "m-2", "Old"));
    let new = SyncedReceipt::new(
        mailbox,
        "m-2",
        "shop@example.com",
        at("2025-10-26T01:30:00Z"),
        90,
    );
    assert_eq!([new.save(conn, EVERYONE).unwrap().to_string()], *first);
    let saved = SyncedReceipt::save_all(conn, EVERYONE, &[new]).unwrap();
    assert_eq!(saved.len(), 1);
}

#[test]
fn mails_of_both_are_the_same_rows() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let mailbox = Household::new(conn, "ada").mailbox;
    switch_on(conn, &Options::default()).unwrap();
    let new = |message, body| NewGmailEmailContent {
        connection_id: Some(mailbox),
        body_text: Some(body),
        ..NewGmailEmailContent::new(message)
    };

    // The new code first: old code finds its row, and leaves the mailbox.
    new("m-1", "new").save(conn, EVERYONE).unwrap();
    lines(conn, &mail("m-1", "old"));
    // The old code first, without a receipt: the new one writes that row, whose mailbox is not known yet.
    lines(conn, &mail("m-2", "old"));
    new("m-2", "new").save(conn, EVERYONE).unwrap();
    NewGmailEmailContent::save_all(conn, EVERYONE, &[new("m-2", "newer")]).unwrap();
    // The old code first, with a receipt: its mailbox is that of the receipt.
    lines(conn, &receipt(mailbox, "m-3", "Old"));
    lines(conn, &mail("m-3", "old"));
    new("m-3", "new").save(conn, EVERYONE).unwrap();
    assert_eq!(
        mails(conn),
        [
            format!("m-1 {mailbox} old"),
            "m-2  newer".to_owned(),
            format!("m-3 {mailbox} new")
        ]
    );
}

#[test]
fn matches_jobs_and_findings() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let home = Household::new(conn, "ada");
    let (payment, receipt, mailbox) = (home.payment, home.receipt, home.mailbox);
    let matched = format!(
        "INSERT INTO gmail_transaction_matches (truelayer_transaction_id, gmail_receipt_id, match_confidence, match_method, currency_converted)
         VALUES ({payment}, {receipt}, 90, 'amount+date', FALSE)
         ON CONFLICT (truelayer_transaction_id, gmail_receipt_id) DO UPDATE SET
             match_confidence = EXCLUDED.match_confidence, matched_at = NOW()"
    );
    let status = format!(
        "UPDATE truelayer_transactions SET pre_enrichment_status = 'Gmail' WHERE id = {payment} AND (pre_enrichment_status IS NULL OR pre_enrichment_status = 'None')"
    );
    let job =
        format!("INSERT INTO gmail_sync_jobs (connection_id, job_type) VALUES ({mailbox}, 'full')");
    let progress = format!(
        "UPDATE gmail_sync_jobs SET status = 'running', total_messages = 10, processed_messages = 5, started_at = COALESCE(started_at, NOW()) WHERE connection_id = {mailbox}"
    );
    let pdf = format!(
        "INSERT INTO pdf_attachments (gmail_receipt_id, message_id, bucket_name, object_key, filename, content_hash, size_bytes, etag)
         VALUES ({receipt}, 'm-1', 'receipts', 'k', 'receipt.pdf', 'hash', 1, NULL)
         ON CONFLICT (message_id, filename) DO UPDATE SET object_key = EXCLUDED.object_key, etag = EXCLUDED.etag"
    );
    let statistic = format!(
        "INSERT INTO gmail_parse_statistics (connection_id, message_id, sender_domain, parse_method, parsing_status)
         VALUES ({mailbox}, 'm-1', 'shop.example', 'vendor_new_shop', 'parsed')"
    );
    let fault = format!(
        "INSERT INTO gmail_processing_errors (connection_id, error_stage, error_type, error_message, error_context)
         VALUES ({mailbox}, 'parse', 'unknown', 'x', '{{\"a\": 1}}')"
    );
    run(
        conn,
        &[
            (&matched, 1),
            (&matched, 1),
            (&status, 1),
            (&status, 0),
            (&job, 1),
            (&progress, 2),
            (&pdf, 1),
            (&pdf, 1),
            (&statistic, 1),
            (&fault, 1),
            ("DELETE FROM gmail_transaction_matches WHERE id = 1", 1),
        ],
    );
    let removed = format!("DELETE FROM gmail_connections WHERE id = {mailbox}");
    run(
        conn,
        &[
            (&removed, 1),
            ("DELETE FROM pdf_attachments", 0),
            ("DELETE FROM gmail_sync_jobs", 0),
        ],
    );
}
