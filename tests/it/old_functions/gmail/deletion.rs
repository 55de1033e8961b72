//! Receipts that are deleted and mailboxes that are removed, with all that came through them.

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::models::gmail::{GmailReceipt, NewGmailEmailContent, NewPdfAttachment};
use spending_db::operations::gmail::matches::PaidReceipt;
use spending_db::operations::gmail::matches::{Confirmation, MatchedReceipt};
use spending_db::operations::gmail::receipts::OwnedReceipt;
use spending_db::operations::gmail::statistics;
use spending_db::types::{EVERYONE, EnrichmentSourceType, PreEnrichmentStatus};

use super::{count, match_up, set_status, sources, status, tell};
use crate::old_functions::call;
use crate::support::TestDatabase;
use crate::support::fixtures::{Household, mailbox, receipt};
use crate::support::rows::assert_not_found;

/// A household whose receipt explains both payments, the first together with a person's own text and another receipt.
struct Explained {
    home: Household,
    other: spending_db::types::GmailReceiptId,
}

impl Explained {
    fn new(conn: &mut PgConnection) -> Self {
        let home = Household::new(conn, "ada");
        let second = mailbox(conn, home.user, "second@gmail.example");
        let other = receipt(conn, second, "other");
        for payment in [home.payment, home.refund] {
            set_status(conn, payment, None);
        }
        match_up(conn, home.payment, other, 50);
        match_up(conn, home.payment, home.receipt, 90);
        match_up(conn, home.refund, home.receipt, 90);
        tell(
            conn,
            home.payment,
            EnrichmentSourceType::AmazonFresh,
            false,
            40,
        );
        let named = NewGmailEmailContent {
            connection_id: Some(home.mailbox),
            body_text: Some("private"),
            ..NewGmailEmailContent::new("ada-message")
        };
        named.insert(conn).unwrap();
        for message in ["ada-message", "other"] {
            NewGmailEmailContent::new(message).insert(conn).unwrap();
        }
        let pdf = NewPdfAttachment {
            gmail_receipt_id: Some(home.receipt),
            ..NewPdfAttachment::new("ada-message", "key", "receipt.pdf", "hash", 1)
        };
        pdf.insert(conn).unwrap();
        Self { home, other }
    }

    /// The receipt is gone from payments, sources and mails; the other is not.
    fn assert_forgotten(&self, conn: &mut PgConnection) {
        let Self { home, other } = self;
        assert_eq!(
            sources(conn, home.payment),
            [
                (EnrichmentSourceType::Gmail, other.0, true),
                (EnrichmentSourceType::AmazonFresh, 900, false),
            ]
        );
        assert_eq!(status(conn, home.payment), Some(PreEnrichmentStatus::Gmail));
        assert_eq!(sources(conn, home.refund), []);
        assert_eq!(status(conn, home.refund), Some(PreEnrichmentStatus::None));
        assert_eq!(count(conn, "gmail_transaction_matches", "true"), 1);
        assert_eq!(count(conn, "gmail_email_content", "true"), 1);
        assert_eq!(
            count(conn, "gmail_email_content", "message_id = 'other'"),
            1
        );
        assert_not_found(OwnedReceipt::find(conn, EVERYONE, home.receipt));
        let of_refund = MatchedReceipt::list(conn, EVERYONE, home.refund).unwrap();
        assert_eq!(of_refund, []);
        let paid = PaidReceipt::list(conn, home.user, Confirmation::Any, None, 0).unwrap();
        let paid: Vec<_> = paid.iter().map(|paid| paid.receipt.id).collect();
        assert_eq!(paid, [*other]);
        let figures = statistics::receipts(conn, home.user).unwrap();
        assert_eq!((figures.total_receipts, figures.matched_receipts), (1, 1));
    }
}

#[test]
fn a_deleted_receipt_is_gone_from_everything_that_shows_it() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let explained = Explained::new(conn);
    let arguments = json!({"receipt_id": explained.home.receipt});
    assert_eq!(
        call(conn, "soft_delete_gmail_receipt", &arguments).unwrap(),
        json!(true)
    );
    explained.assert_forgotten(conn);
    let first = GmailReceipt::find(conn, EVERYONE, explained.home.receipt).unwrap();
    assert_eq!(count(conn, "pdf_attachments", "true"), 1);

    assert_eq!(
        call(conn, "soft_delete_gmail_receipt", &arguments).unwrap(),
        json!(true)
    );
    let again = GmailReceipt::find(conn, EVERYONE, explained.home.receipt).unwrap();
    assert!(again.deleted_at > first.deleted_at);
    explained.assert_forgotten(conn);
    let unknown = json!({"receipt_id": 9_999});
    assert_eq!(
        call(conn, "soft_delete_gmail_receipt", unknown).unwrap(),
        json!(false)
    );
}

#[test]
fn a_removed_mailbox_takes_all_that_came_through_it() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let explained = Explained::new(conn);
    let mailbox = explained.home.mailbox;
    let arguments = json!({"connection_id": mailbox});
    assert_eq!(
        call(conn, "delete_gmail_connection", &arguments).unwrap(),
        json!(true)
    );
    explained.assert_forgotten(conn);
    for table in [
        "gmail_receipts",
        "gmail_sync_jobs",
        "gmail_parse_statistics",
        "gmail_processing_errors",
    ] {
        let left = format!("connection_id = {mailbox}");
        assert_eq!(count(conn, table, &left), 0, "{table}");
    }
    assert_eq!(count(conn, "gmail_receipts", "true"), 1);
    assert_eq!(count(conn, "pdf_attachments", "true"), 0);
    assert_eq!(
        call(conn, "delete_gmail_connection", &arguments).unwrap(),
        json!(false)
    );
}

#[test]
fn deleted_receipts_go_with_their_mailbox_too() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let deleted = "UPDATE gmail_receipts SET deleted_at = now()";
    match_up(conn, home.payment, home.receipt, 90);
    diesel::sql_query(deleted).execute(conn).unwrap();
    call(
        conn,
        "delete_gmail_connection",
        json!({"connection_id": home.mailbox}),
    )
    .unwrap();
    assert_eq!(sources(conn, home.payment), []);
    let unmatched = json!({"user_id": home.user});
    let unmatched = call(conn, "get_unmatched_gmail_receipts", unmatched).unwrap();
    assert_eq!(unmatched, Value::Array(Vec::new()));
}
