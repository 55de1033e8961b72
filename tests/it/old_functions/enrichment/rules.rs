//! Category rules and merchant normalisations.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::rules::{
    CategoryRule, CategoryRuleChanges, MerchantNormalization, MerchantNormalizationChanges,
    NewCategoryRule, NewMerchantNormalization,
};
use spending_db::types::{CategoryRuleId, MerchantNormalizationId, PatternType};

use super::super::call;
use crate::support::TestDatabase;

fn with(mut arguments: Value, more: &Value) -> Value {
    for (key, value) in more.as_object().unwrap() {
        arguments[key] = value.clone();
    }
    arguments
}

/// The call is refused because of this argument.
#[track_caller]
fn assert_refused(conn: &mut PgConnection, name: &str, arguments: Value, argument: &str) {
    let failure = call(conn, name, arguments).unwrap_err();
    assert_eq!(
        (failure.code, &failure.data["argument"]),
        (-32602, &json!(argument))
    );
}

#[test]
fn pattern_type_and_priority_are_never_null_nor_unknown() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let rule = NewCategoryRule::new("Shops", "MARKET", "Groceries")
        .insert(conn)
        .unwrap();
    let entry = NewMerchantNormalization::new("MARKET", "Market")
        .insert(conn)
        .unwrap();
    assert_eq!(
        (rule.priority, rule.usage_count, rule.is_active),
        (0, 0, true)
    );
    for (argument, value) in [
        ("pattern_type", json!(null)),
        ("pattern_type", json!("glob")),
        ("priority", json!(null)),
    ] {
        let more = json!({argument: value});
        let new_rule = json!({"rule_name": "x", "description_pattern": "x", "category": "x"});
        assert_refused(conn, "add_category_rule", with(new_rule, &more), argument);
        assert_refused(
            conn,
            "update_category_rule",
            with(json!({"rule_id": rule.id}), &more),
            argument,
        );
        let new_entry = json!({"pattern": "x", "normalized_name": "x"});
        assert_refused(
            conn,
            "add_merchant_normalization",
            with(new_entry, &more),
            argument,
        );
        assert_refused(
            conn,
            "update_merchant_normalization",
            with(json!({"normalization_id": entry.id}), &more),
            argument,
        );
    }
    assert_refused(
        conn,
        "update_category_rule",
        json!({"rule_id": rule.id, "is_active": null}),
        "is_active",
    );
    assert_refused(
        conn,
        "update_category_rule",
        json!({"rule_id": rule.id, "category": null}),
        "category",
    );
    assert_eq!(CategoryRule::list(conn).unwrap(), [rule]);
    assert_eq!(MerchantNormalization::list(conn).unwrap(), [entry]);
}

#[test]
fn a_regular_expression_has_to_compile() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let regex = Some(PatternType::Regex);
    let refused = |result: Result<(), Error>, name: &str| match result {
        Err(Error::InvalidInput { field, reason }) => {
            assert_eq!(field, name);
            assert!(
                reason.contains(r#""([" is no regular expression"#),
                "{reason}"
            );
        }
        other => panic!("not refused: {other:?}"),
    };
    let rule = NewCategoryRule {
        pattern_type: regex,
        ..NewCategoryRule::new("x", "([", "x")
    };
    refused(rule.insert(conn).map(drop), "description_pattern");
    let entry = NewMerchantNormalization {
        pattern_type: regex,
        ..NewMerchantNormalization::new("([", "x")
    };
    refused(entry.insert(conn).map(drop), "pattern");
    refused(entry.upsert(conn).map(drop), "pattern");
    refused(entry.enter(conn).map(drop), "pattern");

    let rule = NewCategoryRule::new("x", "([", "x").insert(conn).unwrap();
    let change = CategoryRuleChanges {
        pattern_type: regex,
        ..CategoryRuleChanges::default()
    };
    refused(
        CategoryRule::update(conn, rule.id, &change).map(drop),
        "description_pattern",
    );
    let entry = NewMerchantNormalization {
        pattern_type: regex,
        ..NewMerchantNormalization::new("^M", "x")
    };
    let entry = entry.enter(conn).unwrap();
    let change = MerchantNormalizationChanges {
        pattern: Some("(["),
        ..MerchantNormalizationChanges::default()
    };
    refused(
        MerchantNormalization::update(conn, entry.id, &change).map(drop),
        "pattern",
    );
    assert_eq!(
        CategoryRule::list(conn).unwrap(),
        [rule],
        "what is refused changes nothing"
    );
    assert_eq!(MerchantNormalization::list(conn).unwrap(), [entry]);
}

#[test]
fn rules_are_counted_one_by_one_or_many_at_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let rules: Vec<_> = (0..3)
        .map(|_| NewCategoryRule::new("x", "x", "x").insert(conn).unwrap().id)
        .collect();
    let entry = NewMerchantNormalization::new("x", "x")
        .insert(conn)
        .unwrap();
    CategoryRule::count_use(conn, rules[0]).unwrap();
    let uses = BTreeMap::from([(rules[0], 4), (rules[2], 7), (CategoryRuleId(4242), 1)]);
    assert_eq!(CategoryRule::count_uses(conn, &uses).unwrap(), 2);
    let counts: Vec<_> = CategoryRule::list(conn)
        .unwrap()
        .iter()
        .map(|rule| rule.usage_count)
        .collect();
    assert_eq!(counts, [5, 0, 7]);
    assert_eq!(CategoryRule::count_uses(conn, &BTreeMap::new()).unwrap(), 0);

    MerchantNormalization::count_use(conn, entry.id).unwrap();
    let uses = BTreeMap::from([(entry.id, 2), (MerchantNormalizationId(4242), 1)]);
    assert_eq!(MerchantNormalization::count_uses(conn, &uses).unwrap(), 1);
    let after = MerchantNormalization::find(conn, entry.id).unwrap();
    assert_eq!(after.usage_count, 3);
    assert!(after.updated_at > entry.updated_at);
    assert!(matches!(
        CategoryRule::count_use(conn, CategoryRuleId(4242)),
        Err(Error::NotFound)
    ));
}

#[test]
fn an_entry_that_is_entered_again_keeps_its_source_and_count() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let learned = NewMerchantNormalization {
        merchant_type: Some("shop"),
        default_category: Some("Groceries"),
        priority: Some(9),
        source: Some("learned"),
        ..NewMerchantNormalization::new("MARKET", "Market")
    };
    let learned = learned.enter(conn).unwrap();
    MerchantNormalization::count_use(conn, learned.id).unwrap();
    let arguments = json!({"pattern": "MARKET", "normalized_name": "The market"});
    assert_eq!(
        call(conn, "add_merchant_normalization", arguments),
        Ok(json!(learned.id))
    );
    let entered = MerchantNormalization::find(conn, learned.id).unwrap();
    assert_eq!(entered.normalized_name, "The market");
    assert_eq!(
        (
            &entered.merchant_type,
            &entered.default_category,
            entered.priority
        ),
        (&None, &None, 0)
    );
    assert_eq!(
        (entered.source.as_deref(), entered.usage_count),
        (Some("learned"), 1)
    );
    assert_eq!(entered.created_at, learned.created_at);
    assert!(entered.updated_at > learned.updated_at);
}

#[test]
fn every_value_of_a_change_is_bound() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let entry = NewMerchantNormalization::new("MARKET", "Market")
        .insert(conn)
        .unwrap();
    let hostile = "'; DROP TABLE merchant_normalizations; --";
    let arguments =
        json!({"normalization_id": entry.id, "normalized_name": "NOW()", "merchant_type": hostile});
    assert_eq!(
        call(conn, "update_merchant_normalization", arguments),
        Ok(json!(true))
    );
    let changed = MerchantNormalization::find(conn, entry.id).unwrap();
    assert_eq!(
        (
            changed.normalized_name.as_str(),
            changed.merchant_type.as_deref()
        ),
        ("NOW()", Some(hostile))
    );
}

#[test]
fn a_change_tells_null_from_not_given() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let rule = NewCategoryRule {
        subcategory: Some("Salary"),
        transaction_type: Some("CREDIT"),
        ..NewCategoryRule::new("Pay day", "SALARY", "Income")
    };
    let rule = rule.insert(conn).unwrap();
    let arguments =
        json!({"rule_id": rule.id, "subcategory": null, "priority": -3, "usage_count": 99});
    assert_eq!(
        call(conn, "update_category_rule", arguments),
        Ok(json!(true))
    );
    let changed = CategoryRule {
        subcategory: None,
        priority: -3,
        ..rule.clone()
    };
    assert_eq!(CategoryRule::find(conn, rule.id).unwrap(), changed);
    for arguments in [
        json!({"rule_id": rule.id}),
        json!({"rule_id": rule.id, "usage_count": 99}),
        json!({"rule_id": 4242, "priority": 1}),
    ] {
        assert_eq!(
            call(conn, "update_category_rule", arguments),
            Ok(json!(false))
        );
    }
    assert_eq!(CategoryRule::find(conn, rule.id).unwrap(), changed);
}
