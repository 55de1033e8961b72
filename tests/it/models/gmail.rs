//! Mailboxes, receipts and their payments.

use serde_json::json;
use spending_db::models::gmail::{
    GmailConnection, GmailConnectionChanges, GmailEmailContent, GmailEmailContentChanges,
    GmailOAuthState, GmailTransactionMatch, GmailTransactionMatchChanges, NewGmailConnection,
    NewGmailEmailContent, NewGmailOAuthState, NewGmailTransactionMatch, NewPdfAttachment,
    PdfAttachment, PdfAttachmentChanges,
};
use spending_db::types::{EncryptedToken, GmailConnectionStatus, GmailMatchType, Secret};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{
    assert_defaults, at, day, decimal, deleted, hidden_from_others, stored, updated,
};

#[test]
fn gmail_connections() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewGmailConnection::new(
        home.user,
        "plain@gmail.example",
        &EncryptedToken::from_stored("plain-access_token"),
        &EncryptedToken::from_stored("plain-refresh_token"),
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "user_id": home.user, "email_address": "plain@gmail.example", "access_token": "***",
            "refresh_token": "***", "token_expires_at": null, "encryption_version": 1, "scopes": null,
            "connection_status": "active", "history_id": null, "last_synced_at": null, "sync_from_date": null,
            "error_count": 0, "last_error": null,
        }),
    );
    let row = stored!(
        conn,
        NewGmailConnection {
            user_id: home.user,
            email_address: "ada@gmail.example",
            access_token: &EncryptedToken::from_stored("made-up-access_token"),
            refresh_token: &EncryptedToken::from_stored("made-up-refresh_token"),
            token_expires_at: Some(at("2026-03-29T01:30:00.026442+01:00")),
            encryption_version: Some(2),
            scopes: Some("some scopes"),
            connection_status: Some(GmailConnectionStatus::Expired),
            history_id: Some("some history id"),
            last_synced_at: Some(at("2026-03-29T01:30:00.028476+01:00")),
            sync_from_date: Some(day("2026-02-28")),
            error_count: Some(4),
            last_error: Some("some last error"),
        }
    );
    updated!(
        conn,
        GmailConnection(home.user, row.id),
        GmailConnectionChanges {
            access_token: Some(&EncryptedToken::from_stored("renewed-access_token")),
            refresh_token: Some(&EncryptedToken::from_stored("renewed-refresh_token")),
            token_expires_at: Some(None),
            encryption_version: Some(24),
            scopes: Some(None),
            connection_status: Some(GmailConnectionStatus::Revoked),
            history_id: Some(None),
            last_synced_at: Some(None),
            sync_from_date: Some(None),
            error_count: Some(26),
            last_error: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        GmailConnection(home.user, row.id),
        GmailConnectionChanges {
            access_token: Some(&EncryptedToken::from_stored("made-up-access_token")),
            ..Default::default()
        }
    );
    deleted!(conn, GmailConnection(home.user, row.id));
}

#[test]
fn gmail_oauth_state() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewGmailOAuthState {
        user_id: home.user,
        state: &Secret::new("plain-state"),
        code_verifier: &Secret::new("plain-code_verifier"),
        expires_at: at("2026-07-29T01:30:00.042714+03:00"),
    }
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "user_id": home.user, "state": "***", "code_verifier": "***",
            "expires_at": at("2026-07-29T01:30:00.042714+03:00"),
        }),
    );
    let row = stored!(
        conn,
        NewGmailOAuthState {
            user_id: home.user,
            state: &Secret::new("made-up-state"),
            code_verifier: &Secret::new("made-up-code_verifier"),
            expires_at: at("2026-03-29T01:30:00.043731+01:00"),
        }
    );
    hidden_from_others!(conn, GmailOAuthState(home.user, row.id));
    deleted!(conn, GmailOAuthState(home.user, row.id));
}

#[test]
fn gmail_email_content() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewGmailEmailContent::new("the message id")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "message_id": "the message id", "thread_id": null, "subject": null, "from_header": null,
            "to_header": null, "date_header": null, "list_unsubscribe": null, "x_mailer": null, "body_html": null,
            "body_text": null, "snippet": null, "attachments": null, "size_estimate": null, "received_at": null,
            "fetched_at": "now", "connection_id": null,
        }),
    );
    let row = stored!(
        conn,
        NewGmailEmailContent {
            message_id: "18f0a1",
            thread_id: Some("some thread id"),
            subject: Some("some subject"),
            from_header: Some("some from header"),
            to_header: Some("some to header"),
            date_header: Some("some date header"),
            list_unsubscribe: Some("some list unsubscribe"),
            x_mailer: Some("some x mailer"),
            body_html: Some("some body html"),
            body_text: Some("some body text"),
            snippet: Some("some snippet"),
            attachments: Some(&json!({"first": [1, 2.5, null, "é"]})),
            size_estimate: Some(9),
            received_at: Some(at("2026-03-29T01:30:00.035595+01:00")),
            fetched_at: Some(at("2026-03-29T01:30:00.036612+01:00")),
            connection_id: Some(home.mailbox),
        }
    );
    updated!(
        conn,
        GmailEmailContent(home.user, row.id),
        GmailEmailContentChanges {
            thread_id: Some(None),
            subject: Some(None),
            from_header: Some(None),
            to_header: Some(None),
            date_header: Some(None),
            list_unsubscribe: Some(None),
            x_mailer: Some(None),
            body_html: Some(None),
            body_text: Some(None),
            snippet: Some(None),
            attachments: Some(None),
            size_estimate: Some(None),
            received_at: Some(None),
            fetched_at: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        GmailEmailContent(home.user, row.id),
        GmailEmailContentChanges {
            subject: Some(Some("some subject")),
            ..Default::default()
        }
    );
    deleted!(conn, GmailEmailContent(home.user, row.id));
}

#[test]
fn pdf_attachments() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewPdfAttachment::new(
        "the message id",
        "the object key",
        "plain.pdf",
        "the content hash",
        1,
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "gmail_receipt_id": null, "message_id": "the message id", "bucket_name": "receipts",
            "object_key": "the object key", "filename": "plain.pdf", "content_hash": "the content hash",
            "size_bytes": 1, "mime_type": "application/pdf", "etag": null,
        }),
    );
    let row = stored!(
        conn,
        NewPdfAttachment {
            gmail_receipt_id: Some(home.receipt),
            message_id: "18f0a1",
            bucket_name: Some("some bucket name"),
            object_key: "some object key",
            filename: "receipt.pdf",
            content_hash: "some content hash",
            size_bytes: 4,
            mime_type: Some("application/octet-stream"),
            etag: Some("some etag"),
        }
    );
    updated!(
        conn,
        PdfAttachment(home.user, row.id),
        PdfAttachmentChanges {
            bucket_name: Some(None),
            content_hash: Some("another content hash"),
            size_bytes: Some(23),
            mime_type: Some(None),
            etag: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        PdfAttachment(home.user, row.id),
        PdfAttachmentChanges {
            bucket_name: Some(Some("some bucket name")),
            ..Default::default()
        }
    );
    deleted!(conn, PdfAttachment(home.user, row.id));
}

#[test]
fn gmail_transaction_matches() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewGmailTransactionMatch::new(home.payment, home.receipt, 100)
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "truelayer_transaction_id": home.payment, "gmail_receipt_id": home.receipt, "match_confidence": 100,
            "match_type": "standard", "match_method": null, "currency_converted": false, "conversion_rate": null,
            "user_confirmed": false, "matched_at": "now",
        }),
    );
    let row = stored!(
        conn,
        NewGmailTransactionMatch {
            truelayer_transaction_id: home.refund,
            gmail_receipt_id: home.receipt,
            match_confidence: 85,
            match_type: Some(GmailMatchType::SplitPayment),
            match_method: Some("some match method"),
            currency_converted: Some(true),
            conversion_rate: Some(&decimal("1.170000")),
            user_confirmed: Some(true),
            matched_at: Some(at("2026-03-29T01:30:00.089496+01:00")),
        }
    );
    updated!(
        conn,
        GmailTransactionMatch(home.user, row.id),
        GmailTransactionMatchChanges {
            match_confidence: Some(99),
            match_type: Some(GmailMatchType::BundledOrder),
            match_method: Some(None),
            currency_converted: Some(false),
            conversion_rate: Some(None),
            user_confirmed: Some(false),
            matched_at: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        GmailTransactionMatch(home.user, row.id),
        GmailTransactionMatchChanges {
            match_confidence: Some(85),
            ..Default::default()
        }
    );
    deleted!(conn, GmailTransactionMatch(home.user, row.id));
}
