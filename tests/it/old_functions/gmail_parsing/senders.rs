//! Sender patterns and merchant aliases.

use diesel::PgConnection;
use serde_json::{Value, json};
use spending_db::models::gmail::{
    GmailMerchantAlias, GmailSenderPattern, NewGmailMerchantAlias, NewGmailSenderPattern,
};
use spending_db::types::{GmailSenderPatternId, SenderParseType};

use super::{assert_one_statement, call};
use crate::support::TestDatabase;
use crate::support::threads::at_once;

fn pattern(
    conn: &mut PgConnection,
    domain: &str,
    name: &str,
    is_active: bool,
) -> GmailSenderPatternId {
    let new = NewGmailSenderPattern {
        is_active: Some(is_active),
        ..NewGmailSenderPattern::new(domain, name, "name", SenderParseType::Pattern)
    };
    new.insert(conn).unwrap().id
}

fn uses(conn: &mut PgConnection) -> Vec<i32> {
    let mut patterns = GmailSenderPattern::list(conn).unwrap();
    patterns.sort_by_key(|pattern| pattern.id);
    patterns.iter().map(|pattern| pattern.usage_count).collect()
}

#[test]
fn of_several_patterns_the_first_in_use_is_taken_and_it_alone_counts() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    pattern(conn, "shop.example", "Old", false);
    let first = pattern(conn, "shop.example", "First", true);
    pattern(conn, "shop.example", "Second", true);
    for used in 1..=3 {
        let found = GmailSenderPattern::use_for_domain(conn, "shop.example")
            .unwrap()
            .unwrap();
        assert_eq!((found.id, found.usage_count), (first, used));
        assert!(found.last_used_at.is_some());
    }
    assert_eq!(uses(conn), [0, 3, 0]);
    for unknown in ["Shop.example", "a.shop.example", "%", ""] {
        assert_eq!(
            GmailSenderPattern::use_for_domain(conn, unknown).unwrap(),
            None
        );
    }
    assert_eq!(uses(conn), [0, 3, 0]);
    assert_one_statement(conn, |conn| {
        GmailSenderPattern::use_for_domain(conn, "shop.example").unwrap()
    });
}

#[test]
fn uses_at_once_are_all_counted() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    pattern(conn, "shop.example", "Shop", true);
    for round in 1..=30 {
        at_once(&db, 4, |conn, _| {
            GmailSenderPattern::use_for_domain(conn, "shop.example")
                .unwrap()
                .unwrap()
        });
        assert_eq!(uses(conn), [round * 4]);
    }
}

#[test]
fn equal_patterns_are_listed_by_id_whatever_the_argument() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ids: Vec<_> = ["B", "A", "B", "A"]
        .into_iter()
        .map(|name| pattern(conn, "shop.example", name, true))
        .collect();
    let expected = [ids[1], ids[3], ids[0], ids[2]];
    let listed = GmailSenderPattern::list_by_usage(conn).unwrap();
    assert_eq!(
        listed.iter().map(|pattern| pattern.id).collect::<Vec<_>>(),
        expected
    );
    for arguments in [json!({}), json!({"include_usage": false}), json!([17])] {
        let old = call(conn, "get_gmail_sender_patterns_list", arguments).unwrap();
        let old: Vec<&Value> = old
            .as_array()
            .unwrap()
            .iter()
            .map(|row| &row["id"])
            .collect();
        assert_eq!(json!(old), json!(expected));
    }
}

fn alias(conn: &mut PgConnection, receipt_name: &str, normalized: &str, is_active: bool) {
    let new = NewGmailMerchantAlias {
        is_active: Some(is_active),
        ..NewGmailMerchantAlias::new("BANK", receipt_name, normalized)
    };
    new.insert(conn).unwrap();
}

#[test]
fn an_alias_that_is_not_in_use_is_not_found_by_either_name() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    alias(conn, "Gone Limited", "gone", false);
    for name in ["Gone Limited", "gone"] {
        let old = json!({"merchant_name": name});
        assert_eq!(
            call(conn, "get_gmail_merchant_alias", old).unwrap(),
            json!(null)
        );
    }
    alias(conn, "", "", true);
    assert_eq!(GmailMerchantAlias::find_active(conn, "").unwrap(), None);
    assert_eq!(GmailMerchantAlias::list_active(conn).unwrap().len(), 1);
}

#[test]
fn the_receipts_name_goes_before_the_normalised_one_then_the_lowest_id() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    alias(conn, "other", "Café", true);
    alias(conn, "CAFÉ", "first", true);
    alias(conn, "café", "second", true);
    let found = GmailMerchantAlias::find_active(conn, "Café").unwrap();
    assert_eq!(found.unwrap().normalized_name, "first");
    alias(conn, "third", "SECOND", true);
    let found = GmailMerchantAlias::find_active(conn, "second").unwrap();
    assert_eq!(found.unwrap().receipt_name, "café");
    let active = GmailMerchantAlias::list_active(conn).unwrap();
    assert_eq!(
        active
            .iter()
            .map(|alias| &*alias.receipt_name)
            .collect::<Vec<_>>(),
        ["other", "CAFÉ", "café", "third"]
    );
}
