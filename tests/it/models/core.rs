//! People, categories, account names, pending authorisations.

use serde_json::json;
use spending_db::models::core::{
    AccountMapping, AccountMappingChanges, Category, CategoryChanges, CategoryKeyword,
    NewAccountMapping, NewCategory, NewCategoryKeyword, NewOAuthState, NewUser, OAuthState, User,
    UserChanges,
};
use spending_db::types::Secret;

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{assert_defaults, at, deleted, hidden_from_others, stored, updated};

#[test]
fn account_mappings() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewAccountMapping {
        sort_code: "000000",
        account_number: "00000000",
        friendly_name: "the friendly name",
    }
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "sort_code": "000000", "account_number": "00000000", "friendly_name": "the friendly name",
        }),
    );
    let row = stored!(
        conn,
        NewAccountMapping {
            sort_code: "123456",
            account_number: "12345678",
            friendly_name: "some friendly name",
        }
    );
    updated!(
        conn,
        AccountMapping(row.id),
        AccountMappingChanges {
            friendly_name: Some("another friendly name"),
        }
    );
    deleted!(conn, AccountMapping(row.id));
}

#[test]
fn categories() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewCategory::new("the name").insert(conn).unwrap();
    assert_defaults(
        &plain,
        json!({
            "name": "the name", "rule_pattern": null, "ai_suggested": false,
        }),
    );
    let row = stored!(
        conn,
        NewCategory {
            name: "some name",
            rule_pattern: Some("some rule pattern"),
            ai_suggested: Some(true),
        }
    );
    updated!(
        conn,
        Category(row.id),
        CategoryChanges {
            name: Some("another name"),
            rule_pattern: Some(None),
            ai_suggested: Some(false),
        }
    );
    deleted!(conn, Category(row.id));
}

#[test]
fn category_keywords() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewCategoryKeyword {
        category_name: "the category name",
        keyword: "the keyword",
    }
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "category_name": "the category name", "keyword": "the keyword",
        }),
    );
    let row = stored!(
        conn,
        NewCategoryKeyword {
            category_name: "some category name",
            keyword: "espresso",
        }
    );
    deleted!(conn, CategoryKeyword(row.id));
}

#[test]
fn oauth_state() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewOAuthState {
        user_id: home.user,
        state: &Secret::new("plain-state"),
        code_verifier: &Secret::new("plain-code_verifier"),
        expires_at: at("2026-07-29T01:30:00.017289+03:00"),
    }
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "user_id": home.user, "state": "***", "code_verifier": "***",
            "expires_at": at("2026-07-29T01:30:00.017289+03:00"),
        }),
    );
    let row = stored!(
        conn,
        NewOAuthState {
            user_id: home.user,
            state: &Secret::new("made-up-state"),
            code_verifier: &Secret::new("made-up-code_verifier"),
            expires_at: at("2026-03-29T01:30:00.018306+01:00"),
        }
    );
    hidden_from_others!(conn, OAuthState(home.user, row.id));
    deleted!(conn, OAuthState(home.user, row.id));
}

#[test]
fn users() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewUser::new("plain@example.com").insert(conn).unwrap();
    assert_defaults(
        &plain,
        json!({
            "email": "plain@example.com", "username": null, "password_hash": null, "is_admin": false,
            "is_active": true, "last_login_at": null,
        }),
    );
    let row = stored!(
        conn,
        NewUser {
            email: "ada@example.com",
            username: Some("ada"),
            password_hash: Some(&Secret::new("made-up-password_hash")),
            is_admin: Some(true),
            is_active: Some(false),
            last_login_at: Some(at("2026-03-29T01:30:00.019323+01:00")),
        }
    );
    updated!(
        conn,
        User(row.id),
        UserChanges {
            email: Some("ada@example.net"),
            username: Some(None),
            password_hash: Some(None),
            is_admin: Some(false),
            is_active: Some(true),
            last_login_at: Some(None),
        }
    );
    deleted!(conn, User(row.id));
}
