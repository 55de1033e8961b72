//! What was spent by category and by subcategory.

use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::operations::category_spending::{by_category, by_subcategory};
use spending_db::operations::custom_categories::{GatheredSubcategory, hide, promote};
use spending_db::types::{EVERYONE, Period, TransactionType};

use super::super::call;
use super::fixtures::{Household, Payment, day};
use crate::support::TestDatabase;

/// Lines as `name currency sum count flag`.
fn categories(conn: &mut PgConnection, home: &Household, to: Option<&str>) -> Vec<String> {
    let period = Period::days(None::<NaiveDate>, to.map(day));
    let lines = by_category(conn, home.user, period).unwrap().into_iter();
    lines
        .map(|line| {
            format!(
                "{} {} {} {} {}",
                line.name, line.currency, line.total_spend, line.transaction_count, line.is_custom
            )
        })
        .collect()
}

fn subcategories(conn: &mut PgConnection, home: &Household, category: &str) -> Vec<String> {
    let lines = by_subcategory(conn, home.user, category, Period::ALWAYS)
        .unwrap()
        .into_iter();
    lines
        .map(|line| {
            let name = line.name.unwrap_or_else(|| "-".to_owned());
            format!(
                "{name} {} {} {} {}",
                line.currency, line.total_spend, line.transaction_count, line.already_mapped
            )
        })
        .collect()
}

fn paid(category: Option<&'static str>, amount: &'static str) -> Payment {
    Payment {
        amount,
        category,
        ..Payment::default()
    }
}

fn enriched(subcategory: Option<&str>, amount: &'static str) -> Payment {
    let metadata = json!({"enrichment": {"subcategory": subcategory}});
    Payment {
        category: Some("Dining"),
        amount,
        metadata: Some(metadata),
        ..Payment::default()
    }
}

#[test]
fn the_last_day_counts_as_a_whole() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for time in [
        "2026-03-01T23:59:59.999999Z",
        "2026-03-02T00:00:00Z",
        "2026-03-02T00:30:00+01:00",
    ] {
        home.pay(
            conn,
            Payment {
                time,
                ..enriched(Some("Coffee"), "1.00")
            },
        );
    }
    assert_eq!(
        categories(conn, &home, Some("2026-03-01")),
        ["Dining GBP 2.00 2 false"]
    );
    let second = Period::days(day("2026-03-02"), day("2026-03-02"));
    let lines = by_subcategory(conn, home.user, "Dining", second).unwrap();
    assert_eq!(lines[0].transaction_count, 1);
    for (to, total) in [
        (json!("2026-03-01"), 2.0),
        (json!("2026-03-01T23:30:00Z"), 1.0),
        (json!("2026-03-01T23:29:59Z"), 0.0),
        (json!("2026-03-02T00:00:00"), 3.0),
        (json!(""), 3.0),
        (json!(null), 3.0),
    ] {
        for (name, category) in [
            ("get_category_spending_summary", json!({})),
            (
                "get_subcategory_spending",
                json!({"category_name": "Dining"}),
            ),
        ] {
            let mut arguments = category;
            arguments["date_from"] = json!("2026-03-01");
            arguments["date_to"] = to.clone();
            arguments["user_id"] = json!(home.user);
            let answer = call(conn, name, arguments).unwrap();
            let sum = answer[0]["total_spend"].as_f64().unwrap_or(0.0);
            assert!((sum - total).abs() < 1e-9, "{name} to {to}: {sum}");
        }
    }
}

#[test]
fn spending_and_its_flags_are_their_owners() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    ada.pay(conn, enriched(Some("Coffee"), "1.00"));
    bob.pay(conn, enriched(Some("Coffee"), "2.00"));
    promote(conn, bob.user, "Dining", &[]).unwrap();
    let coffee = GatheredSubcategory {
        name: "Coffee".to_owned(),
        original_category: None,
    };
    promote(conn, bob.user, "Cafés", std::slice::from_ref(&coffee)).unwrap();
    bob.pay(conn, enriched(Some("Coffee"), "4.00"));

    assert_eq!(categories(conn, &ada, None), ["Dining GBP 1.00 1 false"]);
    assert_eq!(
        categories(conn, &bob, None),
        ["Dining GBP 4.00 1 true", "Cafés GBP 2.00 1 true"]
    );
    assert_eq!(
        subcategories(conn, &ada, "Dining"),
        ["Coffee GBP 1.00 1 false"]
    );
    assert_eq!(
        subcategories(conn, &bob, "Dining"),
        ["Coffee GBP 4.00 1 true"]
    );
    let all = by_category(conn, EVERYONE, Period::ALWAYS).unwrap();
    assert_eq!(
        all.iter().map(|line| line.transaction_count).sum::<i64>(),
        3
    );

    hide(conn, bob.user, "Cafés").unwrap();
    assert_eq!(
        subcategories(conn, &bob, "Dining"),
        ["Coffee GBP 4.00 1 false"],
        "a hidden category maps nothing"
    );
    // The old names ask for user 1 where none is named.
    assert_eq!(ada.user.0, 1);
    let answer = call(conn, "get_category_spending_summary", json!({})).unwrap();
    assert_eq!(
        answer,
        json!([{"name": "Dining", "total_spend": 1.0, "transaction_count": 1, "is_custom": false, "currency": "GBP"}])
    );
}

#[test]
fn currencies_are_never_added_up() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.pay(conn, enriched(Some("Coffee"), "1.10"));
    home.pay(
        conn,
        Payment {
            currency: "EUR",
            ..enriched(Some("Coffee"), "2.20")
        },
    );
    home.pay(conn, enriched(Some("Coffee"), "0.015"));
    assert_eq!(
        categories(conn, &home, None),
        ["Dining EUR 2.20 1 false", "Dining GBP 1.115 2 false"]
    );
    assert_eq!(
        subcategories(conn, &home, "Dining"),
        ["Coffee EUR 2.20 1 false", "Coffee GBP 1.115 2 false"]
    );
}

#[test]
fn equal_sums_come_by_name_and_credits_do_not_count() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for name in ["Cars", "Art", "Boats"] {
        home.pay(conn, paid(Some(name), "5.00"));
        home.pay(
            conn,
            Payment {
                direction: TransactionType::Credit,
                ..paid(Some(name), "9.00")
            },
        );
    }
    home.pay(conn, paid(Some("Fees"), "5.00"));
    home.pay(conn, paid(Some("Fees"), "-6.00"));
    let lines = [
        "Art GBP 5.00 1 false",
        "Boats GBP 5.00 1 false",
        "Cars GBP 5.00 1 false",
        "Fees GBP -1.00 2 false",
    ];
    assert_eq!(categories(conn, &home, None), lines);
}

#[test]
fn what_has_no_category_is_one_group_and_can_be_looked_into() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.pay(conn, paid(None, "1.00"));
    home.pay(conn, paid(Some("Uncategorized"), "2.00"));
    assert_eq!(
        categories(conn, &home, None),
        ["Uncategorized GBP 3.00 2 false"]
    );
    assert_eq!(
        subcategories(conn, &home, "Uncategorized"),
        ["- GBP 3.00 2 false"]
    );
    let arguments = json!({"category_name": "Uncategorized", "user_id": home.user});
    let answer = call(conn, "get_subcategory_spending", arguments).unwrap();
    assert_eq!(answer[0]["name"], "Unknown");
}

#[test]
fn a_missing_subcategory_never_counts_as_mapped() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let unknown = GatheredSubcategory {
        name: "Unknown".to_owned(),
        original_category: None,
    };
    promote(conn, home.user, "Mysteries", std::slice::from_ref(&unknown)).unwrap();
    home.pay(conn, enriched(None, "3.00"));
    home.pay(conn, enriched(Some("Unknown"), "2.00"));
    home.pay(conn, enriched(Some(""), "1.00"));
    let lines = [
        "- GBP 3.00 1 false",
        "Unknown GBP 2.00 1 true",
        " GBP 1.00 1 false",
    ];
    assert_eq!(subcategories(conn, &home, "Dining"), lines);
    let arguments = json!({"category_name": "Dining", "user_id": home.user});
    let answer = call(conn, "get_subcategory_spending", arguments).unwrap();
    let shown: Vec<(&Value, &Value)> = answer
        .as_array()
        .unwrap()
        .iter()
        .map(|line| (&line["name"], &line["already_mapped"]))
        .collect();
    assert_eq!(shown[0], (&json!("Unknown"), &json!(false)));
}

#[test]
fn a_text_that_is_no_date_is_refused_by_name() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for (argument, text) in [("date_from", "soon"), ("date_to", "2026-02-30")] {
        let failure = call(
            conn,
            "get_category_spending_summary",
            json!({argument: text}),
        )
        .unwrap_err();
        assert_eq!(
            (failure.code, &failure.data["argument"]),
            (-32602, &json!(argument))
        );
    }
}
