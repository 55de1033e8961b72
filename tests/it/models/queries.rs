//! What the tables' own questions find, and in what order.

use chrono::{TimeDelta, Utc};
use serde_json::json;
use spending_db::models::Page;
use spending_db::models::amazon::{
    AmazonBusinessLineItem, AmazonBusinessOrder, AmazonOrder, AmazonReturn,
    NewAmazonBusinessLineItem, NewAmazonBusinessOrder, NewAmazonOrder, NewAmazonReturn,
};
use spending_db::models::apple::{AppleTransaction, NewAppleTransaction};
use spending_db::models::core::{
    AccountMapping, Category, CategoryKeyword, NewAccountMapping, NewCategory, NewCategoryKeyword,
    NewOAuthState, OAuthState, User,
};
use spending_db::models::gmail::{
    GmailMerchantAlias, GmailOAuthState, GmailSenderPattern, NewGmailMerchantAlias,
    NewGmailOAuthState, NewGmailSenderPattern,
};
use spending_db::models::legacy::{NewTransaction, Transaction};
use spending_db::models::rules::{
    CategoryRule, MerchantNormalization, NewCategoryRule, NewMerchantNormalization,
    NewNormalizedCategory, NewNormalizedSubcategory, NormalizedCategory, NormalizedSubcategory,
};
use spending_db::models::system::{NewWebhookEvent, WebhookEvent, WebhookEventChanges};
use spending_db::models::truelayer::{
    NewTrueLayerBalance, NewTrueLayerCardTransaction, NewTrueLayerTransaction, TrueLayerBalance,
    TrueLayerCardTransaction, TrueLayerTransaction,
};
use spending_db::types::{Secret, SenderParseType, TransactionType};

use crate::support::TestDatabase;
use crate::support::fixtures::{self, Household};
use crate::support::rows::{at, day, decimal};

#[test]
fn an_account_is_read_page_by_page() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let amount = decimal("1.00");
    // Three a day: the bank gives many transactions the same instant.
    for number in 0..20 {
        let instant = at("2026-01-01T00:00:00Z") + TimeDelta::days(number / 3);
        let id = number.to_string();
        NewTrueLayerTransaction::new(
            home.savings,
            &id,
            &id,
            instant,
            "x",
            &amount,
            "GBP",
            TransactionType::Debit,
        )
        .insert(conn)
        .unwrap();
    }
    let mut read = Vec::new();
    let mut page = Page::first(7);
    loop {
        let rows = TrueLayerTransaction::list(conn, home.user, Some(home.savings), page).unwrap();
        let Some(last) = rows.last() else { break };
        assert!(rows.len() <= 7);
        page = Page::after((last.timestamp, last.id), 7);
        read.extend(rows.into_iter().map(|row| row.transaction_id));
    }
    let newest_first: Vec<_> = (0..20).rev().map(|number| number.to_string()).collect();
    assert_eq!(read, newest_first);
}

#[test]
fn card_payments_and_balances_come_newest_first() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let amount = decimal("1.00");
    for (name, timestamp) in [
        ("old", Some(at("2026-01-01T00:00:00Z"))),
        ("unknown", None),
        ("new", Some(at("2026-03-01T00:00:00Z"))),
    ] {
        let new = NewTrueLayerCardTransaction {
            normalised_provider_id: Some(name),
            timestamp,
            ..NewTrueLayerCardTransaction::new(home.card)
        };
        new.insert(conn).unwrap();
        let snapshot = timestamp.unwrap_or(at("2026-02-01T00:00:00Z"));
        NewTrueLayerBalance::new(home.account, &amount, "GBP", snapshot)
            .insert(conn)
            .unwrap();
    }
    let payments =
        TrueLayerCardTransaction::list(conn, home.user, Some(home.card), Page::ALL).unwrap();
    let names: Vec<_> = payments
        .iter()
        .map(|row| row.normalised_provider_id.as_deref().unwrap())
        .collect();
    assert_eq!(names, ["unknown", "new", "old"]);

    let balances = TrueLayerBalance::latest(conn, home.user, Some(home.account), None).unwrap();
    let days: Vec<_> = balances
        .iter()
        .map(|row| row.snapshot_at.date_naive())
        .collect();
    assert_eq!(days, ["2026-03-01", "2026-02-01", "2026-01-01"].map(day));
    let latest = TrueLayerBalance::latest(conn, home.user, Some(home.account), Some(1)).unwrap();
    assert_eq!(latest, balances[..1]);
    let none = TrueLayerBalance::latest(conn, home.user, Some(home.savings), None).unwrap();
    assert_eq!(none, []);
}

#[test]
fn both_ends_of_a_range_of_days_are_in_it() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let amount = decimal("1.00");
    for date in ["2026-02-28", "2026-03-01", "2026-03-31", "2026-04-01"] {
        let number = date;
        let date = day(date);
        NewAmazonOrder::new(number, date, "x", "GBP", &amount, "x")
            .insert(conn)
            .unwrap();
        NewAmazonBusinessOrder::new(number, date)
            .insert(conn)
            .unwrap();
        NewAppleTransaction::new(number, date, &amount, "GBP", "x")
            .insert(conn)
            .unwrap();
        NewTransaction::new(date, number, &amount)
            .insert(conn)
            .unwrap();
    }
    let march = (day("2026-03-01"), day("2026-03-31"));
    let expected = ["2026-03-31", "2026-03-01"];
    macro_rules! assert_march {
        ($($Model:ident: $name:ident),+) => {$(
            let rows = $Model::list_between(conn, march.0, march.1).unwrap();
            let names: Vec<_> = rows.iter().map(|row| row.$name.as_str()).collect();
            assert_eq!(names, expected, stringify!($Model));
            assert!($Model::list_between(conn, march.1, march.0).unwrap().is_empty());
        )+};
    }
    assert_march!(AppleTransaction: order_id, Transaction: description);
    macro_rules! assert_march_of_orders {
        ($($Model:ident($($more:expr)?)),+) => {$(
            let mut list = |first, last| {
                let rows = $Model::list(conn, first, last $(, $more)?).unwrap();
                rows.into_iter().map(|row| row.order_id).collect::<Vec<_>>()
            };
            let (first, last) = (Some(march.0), Some(march.1));
            assert_eq!(list(first, last), expected, stringify!($Model));
            assert!(list(last, first).is_empty());
            assert_eq!(list(first, None), ["2026-04-01", "2026-03-31", "2026-03-01"]);
            assert_eq!(list(None, last), ["2026-03-31", "2026-03-01", "2026-02-28"]);
            assert_eq!(list(None, None).len(), 4);
        )+};
    }
    assert_march_of_orders!(AmazonOrder(None), AmazonBusinessOrder());
}

#[test]
fn an_order_gives_its_lines_and_its_refunds() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for order in ["one", "two"] {
        fixtures::business_order(conn, order);
        for line in ["1", "2"] {
            let new = NewAmazonBusinessLineItem {
                line_item_id: Some(line),
                ..NewAmazonBusinessLineItem::new(order)
            };
            new.insert(conn).unwrap();
            let reversal = format!("{order} {line}");
            NewAmazonReturn::new(order, &reversal, day("2026-03-01"), "GBP", &decimal("1"))
                .insert(conn)
                .unwrap();
        }
    }
    let lines = AmazonBusinessLineItem::list_for_order(conn, "one").unwrap();
    assert_eq!(lines.len(), 2);
    assert!(lines.iter().all(|line| line.order_id == "one"));
    let refunds = AmazonReturn::list(conn, Some("two")).unwrap();
    let reversals: Vec<_> = refunds.iter().map(|row| row.reversal_id.as_str()).collect();
    assert_eq!(reversals, ["two 2", "two 1"], "the greatest id first");
    assert_eq!(AmazonReturn::list(conn, Some("three")).unwrap(), []);
}

#[test]
fn a_pending_authorisation_is_good_for_one_use_before_it_expires() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let user_id = fixtures::user(conn, "ada");
    let (fresh, stale, verifier) = (Secret::new("fresh"), Secret::new("stale"), Secret::new("x"));
    macro_rules! assert_one_use {
        ($($Model:ident, $New:ident;)+) => {$(
            for (state, minutes) in [(&fresh, 10), (&stale, -1)] {
                let expires_at = Utc::now() + TimeDelta::minutes(minutes);
                let new = $New { user_id, state, code_verifier: &verifier, expires_at };
                new.insert(conn).unwrap();
            }
            let used = $Model::consume(conn, &fresh).unwrap().unwrap();
            assert_eq!(used.code_verifier, verifier);
            assert_eq!($Model::consume(conn, &fresh).unwrap(), None);
            assert_eq!($Model::consume(conn, &stale).unwrap(), None);
            assert!($Model::find_by_state(conn, &stale).unwrap().is_some());
            assert_eq!($Model::delete_expired(conn).unwrap(), 1);
            assert_eq!($Model::find_by_state(conn, &stale).unwrap(), None);
        )+};
    }
    assert_one_use! {
        OAuthState, NewOAuthState;
        GmailOAuthState, NewGmailOAuthState;
    }
}

#[test]
fn unprocessed_webhooks_come_oldest_first() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let events: Vec<_> = (0..3)
        .map(|number: i32| {
            NewWebhookEvent::new(&number.to_string(), "sync", &json!({}))
                .insert(conn)
                .unwrap()
        })
        .collect();
    let done = WebhookEventChanges {
        processed: Some(true),
        ..Default::default()
    };
    WebhookEvent::update(conn, events[1].id, &done).unwrap();
    let mut ids = |limit| -> Vec<_> {
        let waiting = WebhookEvent::list_unprocessed(conn, limit).unwrap();
        waiting.into_iter().map(|event| event.id).collect()
    };
    assert_eq!(ids(10), [events[0].id, events[2].id]);
    assert_eq!(ids(1), [events[0].id]);
}

#[test]
fn tables_without_owners_are_listed_in_order_and_searched_by_key() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for name in ["b", "a"] {
        NewCategory::new(name).insert(conn).unwrap();
        NewCategoryKeyword {
            category_name: name,
            keyword: "x",
        }
        .insert(conn)
        .unwrap();
        NewAccountMapping {
            sort_code: name,
            account_number: "1",
            friendly_name: name,
        }
        .insert(conn)
        .unwrap();
        NewNormalizedCategory::new(name).insert(conn).unwrap();
        NewGmailSenderPattern::new(name, "x", "x", SenderParseType::Llm)
            .insert(conn)
            .unwrap();
        NewGmailMerchantAlias::new(name, "x", "x")
            .insert(conn)
            .unwrap();
    }
    for (name, priority) in [("low", 1), ("high", 9), ("also high", 9)] {
        let rule = NewCategoryRule {
            priority: Some(priority),
            ..NewCategoryRule::new(name, "x", "x")
        };
        rule.insert(conn).unwrap();
        let normalization = NewMerchantNormalization {
            priority: Some(priority),
            ..NewMerchantNormalization::new(name, "x")
        };
        normalization.insert(conn).unwrap();
    }
    macro_rules! assert_listed {
        ($($Model:ident by $column:ident: $expected:expr;)+) => {$(
            let rows = $Model::list(conn).unwrap();
            let values: Vec<_> = rows.iter().map(|row| row.$column.as_str()).collect();
            assert_eq!(values, $expected, stringify!($Model));
        )+};
    }
    assert_listed! {
        Category by name: ["a", "b"];
        CategoryKeyword by category_name: ["a", "b"];
        AccountMapping by friendly_name: ["a", "b"];
        NormalizedCategory by name: ["a", "b"];
        GmailSenderPattern by sender_domain: ["a", "b"];
        GmailMerchantAlias by bank_name: ["a", "b"];
        CategoryRule by rule_name: ["high", "also high", "low"];
        MerchantNormalization by pattern: ["high", "also high", "low"];
    }
    assert_eq!(
        Category::find_by_name(conn, "b").unwrap().unwrap().name,
        "b"
    );
    assert_eq!(Category::find_by_name(conn, "B").unwrap(), None);
    let mapping = AccountMapping::find_by_sort_code_and_account_number(conn, "a", "1").unwrap();
    assert_eq!(mapping.unwrap().friendly_name, "a");
    let keyword = CategoryKeyword::find_by_category_name_and_keyword(conn, "a", "x").unwrap();
    assert_eq!(keyword.unwrap().category_name, "a");
    let normalization =
        MerchantNormalization::find_by_pattern_and_pattern_type(conn, "low", "contains").unwrap();
    assert_eq!(normalization.unwrap().priority, 1);
    let category = NormalizedCategory::find_by_name(conn, "a")
        .unwrap()
        .unwrap();
    for (name, order) in [("z", 1), ("y", 2), ("x", 2)] {
        let new = NewNormalizedSubcategory {
            display_order: Some(order),
            ..NewNormalizedSubcategory::new(category.id, name)
        };
        new.insert(conn).unwrap();
    }
    let rows = NormalizedSubcategory::list_for_category(conn, category.id).unwrap();
    let names: Vec<_> = rows.iter().map(|row| row.name.as_str()).collect();
    assert_eq!(names, ["z", "x", "y"]);
}

#[test]
fn people_are_found_by_address_and_name() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = fixtures::user(conn, "ada");
    fixtures::user(conn, "bob");
    let found = User::find_by_email(conn, "ada@fixture.example").unwrap();
    assert_eq!(found.unwrap().id, ada);
    assert_eq!(
        User::find_by_email(conn, "ADA@fixture.example").unwrap(),
        None
    );
    assert_eq!(User::find_by_username(conn, "ada").unwrap(), None);
    assert_eq!(User::list(conn).unwrap().len(), 2);
}
