//! How rules are used.

use serde_json::json;
use spending_db::models::rules::NewMerchantNormalization;
use spending_db::operations::rules::{replace_enrichments as apply, statistics};
use spending_db::types::{EVERYONE, PatternType};

use super::super::call;
use super::fixtures::{Household, rule, run};
use crate::support::TestDatabase;
use crate::support::explain::plans;

#[test]
fn no_source_is_unknown_and_ties_have_an_order() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for pattern in ["b", "a"] {
        NewMerchantNormalization::new(pattern, "x")
            .insert(conn)
            .unwrap();
        rule(conn, PatternType::Contains, pattern, "Dining", 0);
    }
    rule(conn, PatternType::Contains, "c", "Dining", 0);
    run(
        conn,
        "UPDATE category_rules SET source = NULL WHERE rule_name = 'b';
         UPDATE merchant_normalizations SET source = NULL, usage_count = 4 WHERE pattern = 'b';
         UPDATE category_rules SET usage_count = 4 WHERE rule_name = 'a';
         UPDATE category_rules SET usage_count = 100, is_active = false WHERE rule_name = 'c'",
    );
    let answer = call(conn, "get_rules_statistics", json!({})).unwrap();
    assert_eq!(
        answer,
        json!({
            "category_rules_count": 2,
            "merchant_rules_count": 2,
            "total_usage": 108,
            "total_transactions": 0,
            "covered_transactions": 0,
            "coverage_percentage": 0.0,
            "rules_by_category": {"Dining": 2},
            "rules_by_source": {"manual": 2, "unknown": 2},
            "top_used_rules": [
                {"name": "a", "count": 4, "type": "category"},
                {"name": "b", "count": 4, "type": "merchant"},
                {"name": "b", "count": 0, "type": "category"},
                {"name": "a", "count": 0, "type": "merchant"},
            ],
            "unused_rules": [{"name": "b", "type": "category"}, {"name": "a", "type": "merchant"}],
            "unused_rules_count": 2,
        })
    );
}

#[test]
fn one_statement_counts_an_owners_transactions() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    rule(conn, PatternType::Contains, "coffee", "Dining", 0);
    for description in ["COFFEE", "TEA", "TEA"] {
        ada.pay_for(conn, description);
    }
    bob.pay_for(conn, "COFFEE");
    apply(conn, EVERYONE).unwrap();
    for (owner, total, covered, percent) in [
        (Some(ada.user), 3, 1, "33.3"),
        (Some(bob.user), 1, 1, "100"),
        (EVERYONE, 4, 2, "50"),
    ] {
        let counted = statistics(conn, owner).unwrap();
        assert_eq!(
            (counted.total_transactions, counted.covered_transactions),
            (total, covered)
        );
        assert_eq!(counted.coverage_percentage().to_string(), percent);
        assert_eq!(counted.unused.len(), 1, "applying counts no uses");
    }
    let statements = plans(conn, |conn| statistics(conn, EVERYONE).unwrap());
    assert_eq!(statements.len(), 1);
}
