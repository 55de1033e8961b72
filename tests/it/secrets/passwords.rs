//! Users sign in with passwords of which only hashes are stored.

use diesel::prelude::*;
use spending_db::Error;
use spending_db::models::core::{NewUser, User, UserChanges};
use spending_db::secrets::Password;
use spending_db::types::{Secret, UserId};

use crate::support::TestDatabase;
use crate::support::rows::{assert_invalid, assert_not_found};
use crate::support::threads::at_once;

const EMAIL: &str = "ada@example.com";

/// `werkzeug.security.generate_password_hash("correct horse", "pbkdf2:sha256:1000")` with this salt.
const OLD_HASH: &str =
    "pbkdf2:sha256:1000$salt$6e8453a042a842bdb62de0d3c870ec1241e90ec0ce4f2589ab5e87927122c1e5";

fn sign_in(conn: &mut PgConnection, password: &str) -> Option<UserId> {
    let user = User::verify_password(conn, EMAIL, &Password::new(password)).unwrap();
    user.map(|user| user.id)
}

fn with_hash(conn: &mut PgConnection, hash: &str) -> UserId {
    let new = NewUser {
        password_hash: Some(&Secret::new(hash)),
        ..NewUser::new(EMAIL)
    };
    new.insert(conn).unwrap().id
}

fn hash_of(conn: &mut PgConnection, id: UserId) -> String {
    let hash = User::find(conn, id).unwrap().password_hash.unwrap();
    hash.expose().to_owned()
}

#[test]
fn the_right_password_opens_and_no_other() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let id = NewUser::new(EMAIL).insert(conn).unwrap().id;
    assert_eq!(sign_in(conn, ""), None);
    User::set_password(conn, id, &Password::new("correct horse")).unwrap();
    let hash = hash_of(conn, id);
    assert!(hash.starts_with("$argon2id$"));
    assert_eq!(sign_in(conn, "correct horse"), Some(id));
    for wrong in [
        "",
        "correct",
        "Correct horse",
        "correct horse\0",
        hash.as_str(),
    ] {
        assert_eq!(sign_in(conn, wrong), None, "{wrong:?}");
    }
    assert_eq!(hash_of(conn, id), hash);
    User::set_password(conn, id, &Password::new("grün 🐎")).unwrap();
    assert_eq!(sign_in(conn, "correct horse"), None);
    assert_eq!(sign_in(conn, "grün 🐎"), Some(id));
    assert_invalid(User::set_password(conn, id, &Password::new("")), "password");
    assert_not_found(User::set_password(conn, UserId(0), &Password::new("x")));
}

#[test]
fn nobody_and_who_may_not_sign_in_do_not_get_in() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    assert_eq!(sign_in(conn, "correct horse"), None);
    let id = NewUser::new(EMAIL).insert(conn).unwrap().id;
    User::set_password(conn, id, &Password::new("correct horse")).unwrap();
    let inactive = UserChanges {
        is_active: Some(false),
        ..Default::default()
    };
    User::update(conn, id, &inactive).unwrap();
    assert_eq!(sign_in(conn, "correct horse"), None);
}

#[test]
fn a_hash_of_the_old_application_is_checked_and_replaced() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let id = with_hash(conn, OLD_HASH);
    assert_eq!(sign_in(conn, "correct horsf"), None);
    assert_eq!(hash_of(conn, id), OLD_HASH);
    let signed_in = at_once(&db, 4, |conn, _| sign_in(conn, "correct horse"));
    assert_eq!(signed_in, [Some(id); 4]);
    assert!(hash_of(conn, id).starts_with("$argon2id$"));
    assert_eq!(sign_in(conn, "correct horse"), Some(id));
}

#[test]
fn a_hash_of_another_kind_is_an_error_that_does_not_tell_it() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let id = with_hash(conn, "hunter2");
    let error = User::verify_password(conn, EMAIL, &Password::new("hunter2")).unwrap_err();
    assert!(matches!(error, Error::UnknownPasswordFormat { user } if user == id));
    assert!(!format!("{error} {error:?}").contains("hunter2"));
}
