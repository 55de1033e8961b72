//! Mailboxes.

use diesel::prelude::*;
use serde_json::json;
use spending_db::models::gmail::{GmailConnection, GmailTokens, ShownErrors};
use spending_db::types::{
    EVERYONE, EncryptedToken, GmailConnectionId, GmailConnectionStatus, UserId,
};

use crate::old_functions::call;
use crate::support::TestDatabase;
use crate::support::fixtures::{mailbox, user};
use crate::support::rows::{assert_invalid, assert_not_found, assert_reference};

fn authorise(
    conn: &mut PgConnection,
    user: UserId,
    refresh_token: Option<&str>,
) -> spending_db::Result<GmailConnection> {
    let refresh_token = refresh_token.map(EncryptedToken::from_stored);
    let tokens = GmailTokens {
        access_token: &EncryptedToken::from_stored("made-up-access"),
        refresh_token: refresh_token.as_ref(),
        expires_at: None,
    };
    GmailConnection::authorise(conn, user, "ada@gmail.example", &tokens, None)
}

fn find(conn: &mut PgConnection, id: GmailConnectionId) -> GmailConnection {
    GmailConnection::find(conn, EVERYONE, id).unwrap()
}

#[test]
fn a_repeated_authorisation_without_a_refresh_token_keeps_the_stored_one() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    assert_invalid(authorise(conn, ada, None), "refresh_token");
    let first = authorise(conn, ada, Some("made-up-refresh")).unwrap();
    let status = GmailConnectionStatus::Revoked;
    GmailConnection::set_status(conn, ada, first.id, status, ShownErrors::Added("gone")).unwrap();
    let again = authorise(conn, ada, None).unwrap();
    assert_eq!(again.id, first.id);
    assert_eq!(again.refresh_token.as_stored(), "made-up-refresh");
    assert_eq!(again.connection_status, GmailConnectionStatus::Active);
    assert_eq!((again.error_count, again.last_error), (0, None));

    let arguments = json!({
        "user_id": ada, "email_address": "ada@gmail.example", "access_token": "a", "refresh_token": null,
        "token_expires_at": "2026-03-01T09:30:00",
    });
    let id = call(conn, "save_gmail_connection", arguments).unwrap();
    assert_eq!(id, json!(first.id));
    let stored = find(conn, first.id);
    assert_eq!(stored.refresh_token.as_stored(), "made-up-refresh");
    assert_eq!(
        stored.token_expires_at.unwrap().to_rfc3339(),
        "2026-03-01T09:30:00+00:00"
    );
    assert_reference(
        authorise(conn, UserId(9_999), Some("made-up-refresh")),
        "gmail_connections_user_id_fkey",
    );
}

#[test]
fn addresses_are_compared_as_they_are_written() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let save = |address: &str| {
        json!({"user_id": ada, "email_address": address, "access_token": "a", "refresh_token": "r",
               "token_expires_at": "2026-03-01T09:30:00Z"})
    };
    let first = call(conn, "save_gmail_connection", save("ada@gmail.example")).unwrap();
    let other = call(conn, "save_gmail_connection", save("Ada@gmail.example")).unwrap();
    assert_ne!(first, other);
    let all = GmailConnection::list_for_user(conn, ada).unwrap();
    assert_eq!(all.len(), 2, "both mailboxes are seen, not only the newest");
}

#[test]
fn tokens_do_not_print_themselves() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let connection = authorise(conn, ada, Some("made-up-refresh")).unwrap();
    let shown = format!("{connection:?} {}", json!(connection));
    assert!(!shown.contains("made-up"), "{shown}");
    let arguments = json!({"user_id": 9_999, "email_address": "x", "access_token": "made-up-access",
                           "refresh_token": "made-up-refresh", "token_expires_at": null});
    let failure = call(conn, "save_gmail_connection", arguments).unwrap_err();
    assert!(!failure.into_json().to_string().contains("made-up"));
}

#[test]
fn renewed_tokens_clear_the_errors_but_bring_no_revoked_mailbox_back() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let id = mailbox(conn, ada, "ada@gmail.example");
    let tokens = json!({"connection_id": id, "access_token": "new-access", "refresh_token": "new-refresh",
                        "token_expires_at": "2026-03-01T09:30:00Z"});
    let error = ShownErrors::Added("token expired");
    GmailConnection::set_status(conn, ada, id, GmailConnectionStatus::Error, error).unwrap();
    assert_eq!(
        call(conn, "update_gmail_tokens", &tokens).unwrap(),
        json!(true)
    );
    let renewed = find(conn, id);
    assert_eq!((renewed.error_count, renewed.last_error), (0, None));
    assert_eq!(renewed.connection_status, GmailConnectionStatus::Active);

    let kept = ShownErrors::Kept;
    let revoked =
        GmailConnection::set_status(conn, ada, id, GmailConnectionStatus::Revoked, kept).unwrap();
    assert_eq!(
        call(conn, "update_gmail_tokens", &tokens).unwrap(),
        json!(false)
    );
    assert_eq!(find(conn, id), revoked);
}

#[test]
fn a_good_sync_can_clear_the_errors() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let id = mailbox(conn, ada, "ada@gmail.example");
    for error in ["quota", "it's broken: 50%"] {
        let arguments = json!({"connection_id": id, "status": "error", "error": error});
        call(conn, "update_gmail_connection_status", arguments).unwrap();
    }
    let failing = find(conn, id);
    assert_eq!(
        (failing.error_count, failing.last_error.as_deref()),
        (2, Some("it's broken: 50%"))
    );
    let active = GmailConnectionStatus::Active;
    let kept = GmailConnection::set_status(conn, ada, id, active, ShownErrors::Kept).unwrap();
    assert_eq!(kept.error_count, 2);
    let cleared = GmailConnection::set_status(conn, ada, id, active, ShownErrors::Cleared).unwrap();
    assert_eq!((cleared.error_count, cleared.last_error), (0, None));
    assert!(cleared.updated_at > kept.updated_at);
    assert_not_found(GmailConnection::set_status(
        conn,
        ada,
        GmailConnectionId(9_999),
        active,
        ShownErrors::Cleared,
    ));
}

#[test]
fn the_mark_of_the_last_sync_counts() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let id = mailbox(conn, ada, "ada@gmail.example");
    GmailConnection::set_history_id(conn, ada, id, "900").unwrap();
    let last = GmailConnection::set_history_id(conn, ada, id, "800").unwrap();
    assert_eq!(last.history_id.as_deref(), Some("800"));
    assert!(last.last_synced_at.is_some());
}
