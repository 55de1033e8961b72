//! `spending-db secrets` as a person or a script sees it.

use std::process::Output;

use serde_json::{Value, json};
use spending_db::secrets::{EncryptionKey, Keyring};
use spending_db::types::EncryptedToken;

use super::{ACCESS, Connections, REFRESH, encrypted, key};
use crate::support::fixtures::user;
use crate::support::{TestDatabase, program};

fn secrets(db: &TestDatabase, keys: Option<&str>, command: &str) -> Output {
    let mut program = program(&["--json", "-vvv", "secrets", command]);
    program
        .env("DATABASE_URL", db.url())
        .env_remove("ENCRYPTION_KEY");
    if let Some(keys) = keys {
        program.env("ENCRYPTION_KEY", keys);
    }
    program.output().unwrap()
}

fn answer(output: &Output) -> (Option<i32>, Value) {
    let text = String::from_utf8_lossy(&output.stdout);
    (output.status.code(), serde_json::from_str(&text).unwrap())
}

/// What is said on standard error holds none of these.
#[track_caller]
fn assert_silent(output: &Output, secrets: &[&str]) {
    let shown = String::from_utf8_lossy(&output.stderr) + String::from_utf8_lossy(&output.stdout);
    for secret in secrets {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[test]
fn a_new_key_is_printed_and_works() {
    let output = program(&["secrets", "generate-key"]).output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    let made = EncryptionKey::parse(text.trim_end()).unwrap();
    let again = program(&["--json", "secrets", "generate-key"])
        .output()
        .unwrap();
    let (code, again) = answer(&again);
    assert_eq!(code, Some(0));
    let other = EncryptionKey::parse(again["key"].as_str().unwrap()).unwrap();
    assert_eq!(again["version"], json!(other.version()));
    assert_ne!(made.version(), other.version());
}

/// D30: no key, no work.
#[test]
fn without_a_key_nothing_is_touched() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let stored = EncryptedToken::from_stored(ACCESS);
    let before = Connections::new(conn, ada, &stored, &stored).bank;
    for command in ["status", "encrypt", "rotate"] {
        for keys in [None, Some("hunter2")] {
            let output = secrets(&db, keys, command);
            assert_eq!(output.status.code(), Some(1), "{command}");
            let error = String::from_utf8_lossy(&output.stderr);
            assert!(error.contains("ENCRYPTION_KEY"), "{error}");
            assert_silent(&output, &["hunter2", ACCESS]);
        }
    }
    let after = spending_db::models::truelayer::BankConnection::find(conn, ada, before.id);
    assert_eq!(after.unwrap(), before);
}

#[test]
fn plain_and_old_tokens_go_to_the_newest_key_and_what_is_lost_is_named() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let [old, new] = [key(), key()];
    let lost = encrypted(&Keyring::new(key()), REFRESH);
    let mail = encrypted(&Keyring::new(old.clone()), ACCESS);
    let plain = EncryptedToken::from_stored(ACCESS);
    let rows = Connections::new(conn, ada, &plain, &lost);
    let changes = spending_db::models::gmail::GmailConnectionChanges {
        access_token: Some(&mail),
        refresh_token: Some(&mail),
        ..Default::default()
    };
    spending_db::models::gmail::GmailConnection::update(conn, ada, rows.mail.id, &changes).unwrap();
    let keys = format!("{},{}", &*new.expose(), &*old.expose());
    let [shown_new, shown_old] = [new.expose(), old.expose()];
    let hidden = [
        ACCESS,
        REFRESH,
        shown_new.as_str(),
        shown_old.as_str(),
        lost.as_stored(),
        mail.as_stored(),
    ];

    let places = json!([
        {"table": "bank_connections", "id": rows.bank.id, "column": "refresh_token"},
        {"table": "amazon_business_connections", "id": rows.shop.id, "column": "refresh_token"},
    ]);
    let output = secrets(&db, Some(&keys), "status");
    assert_silent(&output, &hidden);
    let (code, status) = answer(&output);
    assert_eq!((code, &status["unreadable"]), (Some(3), &places));
    assert_eq!(status["keys"], json!([new.version(), old.version()]));
    let mailboxes = json!({"table": "gmail_connections", "newest": 0, "older": 2, "plain": 0, "unreadable": 0, "encrypted": 0});
    assert_eq!(status["tables"][1], mailboxes);

    let output = secrets(&db, Some(&keys), "encrypt");
    assert_silent(&output, &hidden);
    let (code, report) = answer(&output);
    assert_eq!((code, &report["unreadable"]), (Some(3), &places));
    assert_eq!(report["tables"][0]["encrypted"], json!(1));
    assert_eq!(report["tables"][1], mailboxes);

    let output = secrets(&db, Some(&keys), "rotate");
    assert_silent(&output, &hidden);
    let (code, report) = answer(&output);
    assert_eq!((code, &report["unreadable"]), (Some(3), &places));
    assert_eq!(report["tables"][1]["encrypted"], json!(2));
    let (_, status) = answer(&secrets(&db, Some(shown_new.as_str()), "status"));
    let mailboxes = json!({"table": "gmail_connections", "newest": 2, "older": 0, "plain": 0, "unreadable": 0, "encrypted": 0});
    assert_eq!(status["tables"][1], mailboxes);
}
