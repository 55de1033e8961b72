//! Trying one pattern.

use serde_json::json;
use spending_db::operations::rules::{replace_enrichments as apply, review, test_pattern};
use spending_db::types::{EVERYONE, PatternType};

use super::super::call;
use super::fixtures::{Household, Payment, rule, run};
use crate::support::TestDatabase;

#[test]
fn the_newest_are_shown_and_a_negative_limit_shows_none() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let mut ids: Vec<_> = [
        "2026-03-01T12:00:00Z",
        "2026-03-02T12:00:00.25Z",
        "2026-03-01T12:00:00Z",
    ]
    .map(|time| {
        let payment = Payment {
            description: "Coffee",
            time,
            ..Payment::default()
        };
        home.pay(conn, &payment)
    })
    .into();
    ids.swap(0, 1);
    ids.swap(1, 2);
    run(conn, "SET TIME ZONE 'Asia/Kathmandu'");
    let arguments = json!({"pattern": "coffee", "pattern_type": "exact"});
    let test = call(conn, "test_rule_pattern", &arguments).unwrap();
    let samples: Vec<_> = ids
        .iter()
        .zip([
            "2026-03-02T12:00:00.250000+00:00",
            "2026-03-01T12:00:00+00:00",
            "2026-03-01T12:00:00+00:00",
        ])
        .map(|(id, date)| json!({"id": id, "description": "Coffee", "amount": 12.5, "date": date}))
        .collect();
    assert_eq!(
        test,
        json!({"match_count": 3, "sample_transactions": samples})
    );
    for limit in [0, -1, i64::MIN] {
        let mut arguments = arguments.clone();
        arguments["limit"] = json!(limit);
        let test = call(conn, "test_rule_pattern", &arguments).unwrap();
        assert_eq!(test, json!({"match_count": 3, "sample_transactions": []}));
    }
}

#[test]
fn an_expression_cannot_run_away() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.pay_for(conn, &format!("{}!", "a".repeat(5_000)));
    for (pattern, matches) in [
        ("(a+)+$", 0),
        ("(a|a)*b", 0),
        ("(a*)*!", 1),
        (r"(?=a)a", 0),
        (r"(a)\1", 0),
        ("([", 0),
        (r"\p{L}{1000}{1000}", 0),
    ] {
        let test = test_pattern(conn, EVERYONE, pattern, PatternType::Regex, 1).unwrap();
        assert_eq!(test.matches, matches, "{pattern}");
    }
}

#[test]
fn a_kind_that_is_unknown_or_null_fits_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    Household::new(conn, "ada").pay_for(conn, "Coffee");
    for kind in [json!(null), json!("CONTAINS"), json!("glob")] {
        let arguments = json!({"pattern": "coffee", "pattern_type": kind});
        let test = call(conn, "test_rule_pattern", arguments).unwrap();
        assert_eq!(test, json!({"match_count": 0, "sample_transactions": []}));
    }
}

#[test]
fn trying_reviewing_and_applying_agree() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for description in [
        "SHOP 12",
        "SHOP XY",
        "Straße 5",
        "STRASSE",
        "ΣΊΣΥΦΟΣ",
        "İstanbul café",
        "50%_a*\\",
        "shop\n7",
        "",
    ] {
        home.pay_for(conn, description);
    }
    for (kind, pattern, matches) in [
        (PatternType::Regex, r"shop \d+", 1),
        (PatternType::Regex, r"^shop\s\w+$", 3),
        (PatternType::Regex, r"stra(ß|ss)e\b", 2),
        (PatternType::Regex, "", 9),
        (PatternType::Contains, "straße", 2),
        (PatternType::Contains, "σίσυφος", 1),
        (PatternType::Contains, "%_A*\\", 1),
        (PatternType::Contains, "", 9),
        (PatternType::StartsWith, "shop", 3),
        (PatternType::StartsWith, "i̇stanbul", 0),
        (PatternType::StartsWith, "İSTANBUL", 1),
        (PatternType::Exact, "strasse", 1),
        (PatternType::Exact, "straße 5", 1),
        (PatternType::Exact, "", 1),
    ] {
        let name = format!("{kind} {pattern:?}");
        run(conn, "DELETE FROM category_rules");
        rule(conn, kind, pattern, "Found", 0);
        let test = test_pattern(conn, EVERYONE, pattern, kind, 0).unwrap();
        let review = review(conn, EVERYONE).unwrap();
        let application = apply(conn, EVERYONE).unwrap();
        assert_eq!(
            (
                test.matches,
                review.covered_transactions,
                application.enriched_transactions
            ),
            (matches, matches, matches),
            "{name}"
        );
    }
}

#[test]
fn an_owner_tries_on_their_own_transactions() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    ada.pay_for(conn, "Coffee");
    bob.pay_for(conn, "Coffee");
    bob.pay_for(conn, "Coffee");
    rule(conn, PatternType::Contains, "coffee", "Dining", 0);
    for (owner, matches) in [(Some(ada.user), 1), (Some(bob.user), 2), (EVERYONE, 3)] {
        let test = test_pattern(conn, owner, "coffee", PatternType::Contains, 9).unwrap();
        assert_eq!(test.matches, matches);
        assert_eq!(review(conn, owner).unwrap().covered_transactions, matches);
    }
    assert_eq!(apply(conn, ada.user).unwrap().written_transactions, 1);
    assert_eq!(apply(conn, EVERYONE).unwrap().written_transactions, 2);
}
