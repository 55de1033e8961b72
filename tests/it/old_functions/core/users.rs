//! Users.

use serde_json::json;
use spending_db::Error;
use spending_db::models::core::{NewUser, User, UserChanges};
use spending_db::types::Secret;

use super::call;
use crate::support::TestDatabase;

#[test]
fn a_taken_name_and_a_taken_address_are_told_apart() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let mut insert = |username: &str, email: &str| {
        let params = json!({"username": username, "email": email, "password_hash": "hash"});
        let outcome = call(conn, "insert_user", &params);
        outcome.map_err(|failure| failure.data["constraint"].clone())
    };
    assert!(insert("maple", "maple@example.com").is_ok());
    assert_eq!(
        insert("maple", "other@example.com"),
        Err(json!("users_username_key"))
    );
    assert_eq!(
        insert("other", "maple@example.com"),
        Err(json!("users_email_key"))
    );
}

#[test]
fn the_password_hash_is_seen_by_old_callers_alone() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let hash = Secret::new("pbkdf2:made-up");
    let new = NewUser {
        password_hash: Some(&hash),
        ..NewUser::new("maple@example.com")
    };
    let user = new.insert(conn).unwrap();
    for shown in [
        format!("{user:?} {new:?}"),
        serde_json::to_string(&user).unwrap(),
    ] {
        assert!(
            shown.contains("***") && !shown.contains("made-up"),
            "{shown}"
        );
    }
    let answer = call(conn, "get_user_by_id", json!({"user_id": user.id})).unwrap();
    assert_eq!(answer["password_hash"], "pbkdf2:made-up");
}

#[test]
fn who_may_not_sign_in_is_found_by_name_and_address_but_not_by_id() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let new = NewUser {
        username: Some("maple"),
        ..NewUser::new("maple@example.com")
    };
    let id = new.insert(conn).unwrap().id;
    assert_eq!(User::find_active(conn, id).unwrap().id, id);
    let changes = UserChanges {
        is_active: Some(false),
        ..UserChanges::default()
    };
    let user = User::update(conn, id, &changes).unwrap();
    assert!(matches!(User::find_active(conn, id), Err(Error::NotFound)));
    assert_eq!(
        User::find_by_username(conn, "maple").unwrap(),
        Some(user.clone())
    );
    let by_address = User::find_by_email(conn, "maple@example.com").unwrap();
    assert_eq!(by_address, Some(user));
}

#[test]
fn a_sign_in_is_stored_in_utc() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = NewUser::new("maple@example.com").insert(conn).unwrap().id;
    for (given, stored) in [
        (
            "2025-07-01T12:00:00.123456+02:00",
            "2025-07-01T10:00:00.123456Z",
        ),
        ("2025-07-01T12:00:00", "2025-07-01T12:00:00Z"),
    ] {
        let params = json!({"user_id": id, "timestamp": given});
        assert_eq!(
            call(conn, "update_user_last_login", &params),
            Ok(json!(true))
        );
        let answer = call(conn, "get_user_by_id", json!({"user_id": id})).unwrap();
        assert_eq!(answer["last_login_at"], stored);
    }
}
