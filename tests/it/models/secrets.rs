//! Tokens and passwords reach the database and come back, and show nowhere else.

use std::fmt::Debug;

use diesel::prelude::*;
use serde::Serialize;
use spending_db::Error;
use spending_db::models::amazon::{
    AmazonBusinessConnection, AmazonBusinessConnectionChanges, NewAmazonBusinessConnection,
};
use spending_db::models::core::{NewOAuthState, NewUser, OAuthState, User, UserChanges};
use spending_db::models::gmail::{
    GmailConnection, GmailConnectionChanges, GmailOAuthState, NewGmailConnection,
    NewGmailOAuthState,
};
use spending_db::models::legacy::{
    NewTrueLayerConnection, TrueLayerConnection, TrueLayerConnectionChanges,
};
use spending_db::models::truelayer::{BankConnection, BankConnectionChanges, NewBankConnection};
use spending_db::types::{EncryptedToken, Secret};

use crate::support::TestDatabase;
use crate::support::fixtures::user;
use crate::support::rows::{assert_conflict, at};

const ACCESS: &str = "made-up-access-7f3a9c";
const REFRESH: &str = "made-up-refresh-51d0e2";
const RENEWED: &str = "made-up-renewed-c44b18";

#[track_caller]
fn assert_silent(shown: &str) {
    for secret in [ACCESS, REFRESH, RENEWED] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

/// Nothing of the secrets shows, though their place does.
#[track_caller]
fn assert_hidden(value: &impl Debug) {
    let shown = format!("{value:?} {value:#?}");
    assert_silent(&shown);
    assert!(shown.contains("***"), "{shown}");
}

#[track_caller]
fn assert_hidden_row(row: &(impl Debug + Serialize)) {
    assert_hidden(row);
    let json = serde_json::to_string(row).unwrap();
    assert_silent(&json);
    assert!(json.contains("\"***\""), "{json}");
}

fn tokens() -> (Secret, Secret, Secret) {
    (
        Secret::new(ACCESS),
        Secret::new(REFRESH),
        Secret::new(RENEWED),
    )
}

fn stored_tokens() -> (EncryptedToken, EncryptedToken, EncryptedToken) {
    (
        EncryptedToken::from_stored(ACCESS),
        EncryptedToken::from_stored(REFRESH),
        EncryptedToken::from_stored(RENEWED),
    )
}

#[test]
fn users() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (hash, _, renewed) = tokens();
    let new = NewUser {
        password_hash: Some(&hash),
        ..NewUser::new("ada@example.com")
    };
    assert_hidden(&new);
    let row = new.insert(conn).unwrap();
    assert_hidden_row(&row);
    assert_eq!(row.password_hash.unwrap().expose(), ACCESS);
    let changes = UserChanges {
        password_hash: Some(Some(&renewed)),
        ..Default::default()
    };
    assert_hidden(&changes);
    let row = User::update(conn, row.id, &changes).unwrap();
    assert_eq!(row.password_hash.unwrap().expose(), RENEWED);
}

/// The pairs of access and refresh tokens: inserted, hidden, given back, renewed.
macro_rules! assert_keeps_tokens {
    ($conn:ident, $user:ident, $Model:ident, $new:expr, $changes:expr, |$row:ident| $tokens:expr) => {{
        let new = $new;
        assert_hidden(&new);
        let $row = new.insert($conn).unwrap();
        assert_hidden_row(&$row);
        assert_eq!($tokens.map(EncryptedToken::as_stored), [ACCESS, REFRESH]);
        let changes = $changes;
        assert_hidden(&changes);
        let $row = $Model::update($conn, $user, $row.id, &changes).unwrap();
        assert_eq!($tokens.map(EncryptedToken::as_stored), [RENEWED, REFRESH]);
    }};
}

#[test]
fn connections() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let user = user(conn, "ada");
    let (access, refresh, renewed) = stored_tokens();
    assert_keeps_tokens!(
        conn,
        user,
        BankConnection,
        NewBankConnection {
            access_token: Some(&access),
            refresh_token: Some(&refresh),
            ..NewBankConnection::new(user, "monzo", "Monzo")
        },
        BankConnectionChanges {
            access_token: Some(Some(&renewed)),
            ..Default::default()
        },
        |row| [
            row.access_token.as_ref().unwrap(),
            row.refresh_token.as_ref().unwrap()
        ]
    );
    assert_keeps_tokens!(
        conn,
        user,
        GmailConnection,
        NewGmailConnection::new(user, "ada@gmail.example", &access, &refresh),
        GmailConnectionChanges {
            access_token: Some(&renewed),
            ..Default::default()
        },
        |row| [&row.access_token, &row.refresh_token]
    );
    assert_keeps_tokens!(
        conn,
        user,
        AmazonBusinessConnection,
        NewAmazonBusinessConnection::new(user, &access, &refresh),
        AmazonBusinessConnectionChanges {
            access_token: Some(&renewed),
            ..Default::default()
        },
        |row| [&row.access_token, &row.refresh_token]
    );
    assert_keeps_tokens!(
        conn,
        user,
        TrueLayerConnection,
        NewTrueLayerConnection {
            refresh_token: Some(&refresh),
            ..NewTrueLayerConnection::new(user, &access)
        },
        TrueLayerConnectionChanges {
            access_token: Some(&renewed),
            ..Default::default()
        },
        |row| [&row.access_token, row.refresh_token.as_ref().unwrap()]
    );
}

#[test]
fn pending_authorisations_and_their_conflicts() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let user_id = user(conn, "ada");
    let (state, code_verifier, _) = tokens();
    let expires_at = at("2126-01-01T00:00:00Z");

    let bank = NewOAuthState {
        user_id,
        state: &state,
        code_verifier: &code_verifier,
        expires_at,
    };
    assert_hidden(&bank);
    assert_hidden_row(&bank.insert(conn).unwrap());
    let again = bank.insert(conn);
    assert_silent(&format!("{again:?}"));
    assert_conflict(again, "oauth_state_state_key");
    let row = OAuthState::find_by_state(conn, &state).unwrap().unwrap();
    assert_eq!(
        [row.state.expose(), row.code_verifier.expose()],
        [ACCESS, REFRESH]
    );

    let mail = NewGmailOAuthState {
        user_id,
        state: &state,
        code_verifier: &code_verifier,
        expires_at,
    };
    assert_hidden(&mail);
    assert_hidden_row(&mail.insert(conn).unwrap());
    let again = mail.insert(conn);
    assert_silent(&format!("{again:?}"));
    assert_conflict(again, "gmail_oauth_state_state_key");
    let row = GmailOAuthState::find_by_state(conn, &state)
        .unwrap()
        .unwrap();
    assert_eq!(
        [row.state.expose(), row.code_verifier.expose()],
        [ACCESS, REFRESH]
    );
}

/// PostgreSQL's own message on a refused row quotes the whole row.
#[test]
fn a_refused_row_is_not_quoted() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let user = user(conn, "ada");
    let (access, refresh, _) = stored_tokens();
    NewGmailConnection::new(user, "ada@gmail.example", &access, &refresh)
        .insert(conn)
        .unwrap();
    for change in ["connection_status = 'no such word'", "email_address = NULL"] {
        let statement = format!("UPDATE gmail_connections SET {change}");
        let refused = diesel::sql_query(statement).execute(conn).unwrap_err();
        let diesel::result::Error::DatabaseError(_, information) = &refused else {
            panic!("{refused}");
        };
        assert!(information.details().unwrap().contains(ACCESS));
        let error = Error::from(refused);
        assert!(matches!(error, Error::InvalidInput { .. }));
        assert_silent(&format!("{error} {error:?} {error:#?}"));
    }
}
