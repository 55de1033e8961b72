//! Applying all rules.

use serde_json::{Value, json};
use spending_db::models::rules::{
    NewCategoryRule, NewMerchantNormalization, NewNormalizedCategory,
};
use spending_db::operations::rules::replace_enrichments as apply;
use spending_db::types::{EVERYONE, PatternType, TransactionType};

use super::super::call;
use super::fixtures::{
    Household, Payment, category, enrichment, mapping, rule, run, transaction, version,
};
use crate::support::TestDatabase;
use crate::support::explain::plans;

#[test]
fn an_enrichment_is_replaced_by_exactly_thirteen_members() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let essential = NewNormalizedCategory {
        is_essential: Some(true),
        ..NewNormalizedCategory::new("Groceries")
    };
    essential.insert(conn).unwrap();
    let new = NewCategoryRule {
        subcategory: Some("Market"),
        ..NewCategoryRule::new("Markets", "market", "Groceries")
    };
    new.insert(conn).unwrap();
    let merchant = NewMerchantNormalization {
        merchant_type: Some("shop"),
        default_category: Some("Never"),
        ..NewMerchantNormalization::new("HALL", "The hall")
    };
    merchant.insert(conn).unwrap();
    let payment = Payment {
        description: "Market Hall",
        metadata: Some(
            json!({"enrichment": {"llm_provider": "llm", "by_hand": true}, "keep": [1]}),
        ),
        ..Payment::default()
    };
    let paid = home.pay(conn, &payment);
    let hint = home.pay_for(conn, "HALL ONLY");
    let answer = call(conn, "apply_all_rules_to_transactions", json!({})).unwrap();
    assert_eq!(
        answer,
        json!({"updated_count": 1, "total_transactions": 2, "rule_hits": {"Markets": 1}})
    );
    let expected = json!({
        "primary_category": "Groceries",
        "subcategory": "Market",
        "merchant_clean_name": "The hall",
        "merchant_type": "shop",
        "essential_discretionary": "Essential",
        "payment_method": null,
        "payment_method_subtype": null,
        "purchase_date": null,
        "confidence_score": 1.0,
        "llm_model": "consistency_rule",
        "enrichment_source": "rule",
        "matched_rule": "Markets",
        "matched_merchant": "The hall",
    });
    let row = transaction(conn, paid);
    assert_eq!(
        row.metadata,
        Some(json!({"enrichment": expected, "keep": [1]}))
    );
    assert_eq!((row.category_id, row.transaction_category), (None, None));
    assert!(
        transaction(conn, hint).metadata.is_none(),
        "a merchant alone is a hint"
    );
}

#[test]
fn what_has_its_enrichment_is_counted_but_not_written() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    rule(conn, PatternType::Contains, "coffee", "Dining", 0);
    let paid = home.pay_for(conn, "COFFEE");
    assert_eq!(apply(conn, EVERYONE).unwrap().written_transactions, 1);
    let written = version(conn, paid);
    let again = apply(conn, EVERYONE).unwrap();
    assert_eq!(
        (again.enriched_transactions, again.written_transactions),
        (1, 0)
    );
    assert_eq!(version(conn, paid), written);
    category(conn, "Dining");
    run(conn, "UPDATE normalized_categories SET is_essential = true");
    assert_eq!(apply(conn, EVERYONE).unwrap().written_transactions, 1);
    assert_eq!(
        enrichment(conn, paid)["essential_discretionary"],
        "Essential"
    );
}

#[test]
fn expressions_are_used_as_they_are_written_in_every_step() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    rule(conn, PatternType::Regex, r"shop \d+\b", "Shopping", 0);
    mapping(conn, PatternType::Regex, r"^gym\s\w{2}$", Some("Sport"), 0);
    let merchant = NewMerchantNormalization {
        pattern_type: Some(PatternType::Regex),
        ..NewMerchantNormalization::new(r"\d{2}$", "Twelve")
    };
    merchant.insert(conn).unwrap();
    let shop = home.pay_for(conn, "SHOP 12");
    let other = home.pay_for(conn, "SHOP XY");
    let gym = home.pay_for(conn, "CARD PAYMENT TO GYM CO ON 01-03-2026");
    apply(conn, EVERYONE).unwrap();
    assert_eq!(enrichment(conn, shop)["primary_category"], "Shopping");
    assert_eq!(enrichment(conn, shop)["merchant_clean_name"], "Twelve");
    assert!(enrichment(conn, other).is_null());
    assert_eq!(enrichment(conn, gym)["primary_category"], "Sport");
    assert_eq!(enrichment(conn, gym)["payment_method"], "Card Payment");
}

/// What the first rule makes of a payment, and the method where a mapping did.
fn decided(conn: &mut diesel::PgConnection, home: &Household, description: &str) -> Value {
    let paid = home.pay_for(conn, description);
    apply(conn, EVERYONE).unwrap();
    let enrichment = enrichment(conn, paid);
    json!([enrichment["matched_rule"], enrichment["payment_method"]])
}

#[test]
fn the_first_by_priority_and_id_decides() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    rule(conn, PatternType::Contains, "shop", "A", -1);
    rule(conn, PatternType::Regex, "sho", "B", 3);
    rule(conn, PatternType::StartsWith, "the", "C", 3);
    rule(conn, PatternType::Exact, "the shop", "D", 2);
    let inactive = rule(conn, PatternType::Contains, "s", "E", 99);
    run(
        conn,
        &format!(
            "UPDATE category_rules SET is_active = false WHERE id = {}",
            inactive.id
        ),
    );
    assert_eq!(decided(conn, &home, "the shop"), json!(["sho", null]));
    assert_eq!(decided(conn, &home, "then"), json!(["the", null]));
    run(
        conn,
        "UPDATE category_rules SET category = '' WHERE rule_name = 'sho'",
    );
    assert_eq!(
        decided(conn, &home, "the shop"),
        json!([null, null]),
        "the first that fits decides, also for nothing"
    );
    let credit = NewCategoryRule {
        transaction_type: Some("CREDIT"),
        priority: Some(100),
        ..NewCategoryRule::new("Refund", "then", "Refund")
    };
    credit.insert(conn).unwrap();
    assert_eq!(decided(conn, &home, "then"), json!(["the", null]));
    let payment = Payment {
        description: "then",
        direction: TransactionType::Credit,
        ..Payment::default()
    };
    let refund = home.pay(conn, &payment);
    apply(conn, EVERYONE).unwrap();
    assert_eq!(enrichment(conn, refund)["matched_rule"], "Refund");
}

#[test]
fn the_first_mapping_of_a_payee_decides_before_all_rules() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    rule(conn, PatternType::Contains, "", "Rest", 1000);
    mapping(
        conn,
        PatternType::Contains,
        "octave energy limited",
        Some("Bills"),
        9,
    );
    mapping(conn, PatternType::StartsWith, "GYM", None, 8);
    mapping(conn, PatternType::Contains, "gym", Some("Sport"), 7);
    mapping(conn, PatternType::Exact, "Straße", Some("Travel"), 6);
    for (description, rule, method) in [
        (
            "OCTAVE ENERGY (VIA APPLE PAY), ON 02-08-2024",
            "Direct Debit: octave energy limited",
            "Apple Pay",
        ),
        (
            "DIRECT DEBIT PAYMENT TO The Octave Energy Limited REF A/1",
            "Direct Debit: octave energy limited",
            "Direct Debit",
        ),
        (
            "CARD PAYMENT TO STRASSE ON 1-1-2026",
            "Direct Debit: Straße",
            "Card Payment",
        ),
        (
            "CARD PAYMENT TO MY GYM*12 zettle",
            "Direct Debit: gym",
            "Apple Pay",
        ),
    ] {
        assert_eq!(decided(conn, &home, description), json!([rule, method]));
    }
    for description in [
        "CARD PAYMENT TO GYM CO ON 1-1-2026",
        "GYM",
        "TRANSFER FROM GYM",
    ] {
        assert_eq!(
            decided(conn, &home, description),
            json!(["", null]),
            "{description}"
        );
    }
}

#[test]
fn metadata_that_is_no_object_is_taken_as_absent() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    rule(conn, PatternType::Contains, "coffee", "Dining", 0);
    for metadata in [
        json!([1]),
        json!("text"),
        json!(7),
        json!(null),
        json!({"enrichment": null}),
    ] {
        let payment = Payment {
            description: "COFFEE",
            metadata: Some(metadata.clone()),
            ..Payment::default()
        };
        let paid = home.pay(conn, &payment);
        apply(conn, EVERYONE).unwrap();
        assert_eq!(
            enrichment(conn, paid)["primary_category"],
            "Dining",
            "{metadata}"
        );
    }
}

#[test]
fn few_statements_whatever_the_number_of_transactions() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    rule(conn, PatternType::Contains, "coffee", "Dining", 0);
    for number in 0..50 {
        home.pay_for(conn, &format!("COFFEE {number}"));
    }
    let statements = plans(conn, |conn| apply(conn, EVERYONE).unwrap());
    assert_eq!(
        statements.len(),
        5,
        "rules, normalisations, essential names, transactions, the update"
    );
    assert_eq!(apply(conn, EVERYONE).unwrap().written_transactions, 0);
}
