//! Trying all rules.

use serde_json::json;
use spending_db::models::rules::NewCategoryRule;
use spending_db::operations::rules::{Conflict, RuleId, review};
use spending_db::types::{EVERYONE, PatternType, TransactionType};

use super::super::call;
use super::fixtures::{Household, Payment, enrichment, mapping, rule};
use crate::support::TestDatabase;

#[test]
fn a_rule_for_one_direction_fits_no_other() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for direction in [TransactionType::Debit, TransactionType::Credit] {
        let payment = Payment {
            description: "SALARY",
            direction,
            ..Payment::default()
        };
        home.pay(conn, &payment);
    }
    for (only, covered) in [
        (Some("CREDIT"), 1),
        (Some(""), 2),
        (None, 2),
        (Some("credit"), 0),
    ] {
        super::fixtures::run(conn, "DELETE FROM category_rules");
        let new = NewCategoryRule {
            transaction_type: only,
            ..NewCategoryRule::new("Pay", "salary", "Income")
        };
        let rule = new.insert(conn).unwrap();
        let review = review(conn, EVERYONE).unwrap();
        assert_eq!(review.covered_transactions, covered, "{only:?}");
        let unused = if covered == 0 { vec![rule] } else { vec![] };
        assert_eq!(review.unused_category_rules, unused);
    }
}

#[test]
fn a_mapping_fits_by_payee() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay_for(conn, "DIRECT DEBIT PAYMENT TO ACME REF X/1");
    let used = mapping(conn, PatternType::Exact, "ACME", Some("Bills"), 1);
    let later = mapping(conn, PatternType::StartsWith, "AC", Some("Other"), 0);
    let fits_both = mapping(
        conn,
        PatternType::Contains,
        "payment to acme",
        Some("Bills"),
        0,
    );
    let review = review(conn, EVERYONE).unwrap();
    assert_eq!(review.covered_transactions, 1);
    assert_eq!(review.unused_merchants, [later], "the first that knows it");
    assert_eq!(review.category_coverage, [("Bills".to_owned(), 2)].into());
    let conflict = Conflict {
        transaction: paid,
        rules: vec![RuleId::Merchant(used.id), RuleId::Merchant(fits_both.id)],
    };
    assert_eq!(review.sample_conflicts, [conflict]);
}

#[test]
fn every_fit_counts_and_nothing_is_written() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid: Vec<_> = (0..12).map(|_| home.pay_for(conn, "COFFEE SHOP")).collect();
    home.pay_for(conn, "RENT");
    let late = rule(conn, PatternType::Contains, "coffee", "Dining", 0);
    let first = rule(conn, PatternType::Regex, "shop$", "Dining", 5);
    let never = rule(conn, PatternType::Exact, "coffee", "Never", 9);
    let without = mapping(conn, PatternType::Contains, "SHOP", None, 0);
    let answer = call(conn, "test_all_rules", json!({})).unwrap();
    let fits = json!([
        format!("cat_{}", first.id),
        format!("cat_{}", late.id),
        format!("mer_{}", without.id)
    ]);
    let samples: Vec<_> = paid[..10]
        .iter()
        .map(|id| json!({"transaction_id": id, "matching_rules": fits}))
        .collect();
    assert_eq!(
        answer,
        json!({
            "total_transactions": 13,
            "covered_transactions": 12,
            "coverage_percentage": 92.3,
            "category_coverage": {"Dining": 24},
            "unused_category_rules": [{"id": never.id, "name": "coffee", "pattern": "coffee"}],
            "unused_merchant_rules": [],
            "potential_conflicts_count": 12,
            "sample_conflicts": samples,
        })
    );
    assert!(enrichment(conn, paid[0]).is_null());
}
