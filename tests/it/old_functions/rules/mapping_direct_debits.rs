//! Applying the mappings of direct debits.

use bigdecimal::BigDecimal;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Numeric;
use serde_json::{Value, json};
use spending_db::operations::rules::apply_mappings;
use spending_db::types::{EVERYONE, PatternType};

use super::super::call;
use super::fixtures::{Household, Payment, enrichment, mapping, run, transaction, version};
use crate::support::TestDatabase;

const GYM: &str = "DIRECT DEBIT PAYMENT TO GYM";

fn given(category: &str, name: &str) -> Value {
    json!({
        "primary_category": category,
        "subcategory": name,
        "merchant_clean_name": name,
        "merchant_type": null,
        "confidence_score": 1.0,
        "llm_model": "direct_debit_rule",
        "enrichment_source": "rule",
    })
}

#[test]
fn what_is_no_object_is_taken_as_absent() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    mapping(conn, PatternType::Exact, "gym", Some("Sport"), 0);
    for metadata in [
        json!(null),
        json!([1]),
        json!("text"),
        json!({"enrichment": null}),
        json!({"enrichment": "text"}),
        json!({"enrichment": [{"primary_category": "Sport"}]}),
    ] {
        let payment = Payment {
            description: GYM,
            metadata: Some(metadata.clone()),
            ..Payment::default()
        };
        let paid = home.pay(conn, &payment);
        assert!(apply_mappings(conn, EVERYONE).unwrap().contains(&paid));
        assert_eq!(
            enrichment(conn, paid),
            given("Sport", "exact gym"),
            "{metadata}"
        );
    }
}

#[test]
fn other_members_stay_to_the_last_digit() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    mapping(conn, PatternType::Exact, "GYM", Some("Sport"), 0);
    let paid = home.pay_for(conn, GYM);
    run(
        conn,
        "UPDATE truelayer_transactions SET category_id = NULL, metadata =
            '{\"exact\": 0.12345678901234567890123, \"enrichment\": {\"note\": 1, \"subcategory\": \"old\"}}'",
    );
    apply_mappings(conn, EVERYONE).unwrap();
    let mut expected = given("Sport", "exact GYM");
    expected["note"] = json!(1);
    assert_eq!(enrichment(conn, paid), expected);
    let exact: BigDecimal =
        sql::<Numeric>("SELECT (metadata ->> 'exact')::numeric FROM truelayer_transactions")
            .get_result(conn)
            .unwrap();
    assert_eq!(exact.to_plain_string(), "0.12345678901234567890123");
    let row = transaction(conn, paid);
    assert_eq!((row.category_id, row.transaction_category), (None, None));
}

#[test]
fn what_has_its_values_is_counted_but_not_written() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    mapping(conn, PatternType::Exact, "GYM", Some("Sport"), 0);
    let paid = [home.pay_for(conn, GYM), home.pay_for(conn, GYM)];
    assert_eq!(apply_mappings(conn, EVERYONE).unwrap(), paid);
    let written = paid.map(|id| version(conn, id));
    let answer = call(conn, "apply_direct_debit_mappings", json!({})).unwrap();
    assert_eq!(answer, json!({"updated_count": 2, "transactions": paid}));
    assert_eq!(paid.map(|id| version(conn, id)), written);
}

#[test]
fn a_mapping_without_a_category_gives_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let payment = Payment {
        description: GYM,
        metadata: Some(json!({"enrichment": {"primary_category": "Good"}})),
        ..Payment::default()
    };
    let paid = home.pay(conn, &payment);
    for category in [None, Some("")] {
        run(conn, "DELETE FROM merchant_normalizations");
        mapping(conn, PatternType::Exact, "GYM", category, 0);
        assert_eq!(apply_mappings(conn, EVERYONE).unwrap(), []);
    }
    assert_eq!(enrichment(conn, paid), json!({"primary_category": "Good"}));
}

#[test]
fn the_greatest_priority_wins_and_owners_are_kept_apart() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let (hers, his) = (ada.pay_for(conn, GYM), bob.pay_for(conn, GYM));
    mapping(conn, PatternType::Exact, "GYM", Some("Low"), 1);
    mapping(conn, PatternType::Contains, "gym", Some("High"), 2);
    assert_eq!(apply_mappings(conn, ada.user).unwrap(), [hers]);
    assert_eq!(enrichment(conn, hers)["primary_category"], "High");
    assert!(enrichment(conn, his).is_null());
}
