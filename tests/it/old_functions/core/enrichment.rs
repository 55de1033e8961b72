//! The enrichment of a transaction.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::enrichment::LlmEnrichmentFailure;
use spending_db::models::truelayer::TrueLayerTransaction;
use spending_db::schema::truelayer_transactions;
use spending_db::types::{EVERYONE, Enrichment};

use super::call;
use super::household::{Household, Payment, metadata};
use crate::support::TestDatabase;

fn groceries() -> Enrichment {
    Enrichment {
        primary_category: Some("Groceries".to_owned()),
        ..Enrichment::default()
    }
}

#[test]
fn it_tells_when_it_was_stored() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    TrueLayerTransaction::set_enrichment(conn, EVERYONE, id, &groceries()).unwrap();
    let metadata = metadata(conn, id);
    let enriched_at = metadata["enrichment"]["enriched_at"].as_str().unwrap();
    let enriched_at = DateTime::parse_from_rfc3339(enriched_at).unwrap();
    assert_eq!(enriched_at.offset().local_minus_utc(), 0);
    assert!((Utc::now() - enriched_at.to_utc()).abs() < TimeDelta::minutes(1));
}

#[test]
fn a_null_is_as_good_as_nothing() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    let data = json!({"primary_category": null, "llm_model": null, "subcategory": "Fuel"});
    let params =
        json!({"transaction_id": id, "enrichment_data": data, "enrichment_source": "rule"});
    let answer = call(conn, "update_transaction_with_enrichment", &params);
    assert_eq!(answer, Ok(json!(true)));
    let mut stored = metadata(conn, id)["enrichment"].take();
    stored.as_object_mut().unwrap().remove("enriched_at");
    let expected = json!({
        "primary_category": "Other", "subcategory": "Fuel", "merchant_clean_name": null,
        "merchant_type": null, "essential_discretionary": null, "payment_method": null,
        "payment_method_subtype": null, "confidence_score": null, "llm_provider": "rule",
        "llm_model": "unknown",
    });
    assert_eq!(stored, expected);
    let row = TrueLayerTransaction::find(conn, EVERYONE, id).unwrap();
    assert_eq!(row.transaction_category.as_deref(), Some("Other"));
    assert!(TrueLayerTransaction::is_enriched(conn, EVERYONE, id).unwrap());
}

#[test]
fn metadata_that_are_no_object_are_taken_as_an_empty_one() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    for other in [
        json!(null),
        json!("text"),
        json!(5),
        json!([{"enrichment": 1}]),
    ] {
        let id = household.pays_with(conn, other);
        TrueLayerTransaction::set_enrichment(conn, EVERYONE, id, &groceries()).unwrap();
        let metadata = metadata(conn, id);
        assert_eq!(metadata["enrichment"]["primary_category"], "Groceries");
        assert_eq!(metadata.as_object().unwrap().len(), 1, "{metadata}");
    }
}

#[test]
fn one_that_tells_nothing_is_refused_and_leaves_the_transaction_waiting() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    let before = TrueLayerTransaction::find(conn, EVERYONE, id).unwrap();
    let params =
        json!({"transaction_id": id, "enrichment_data": {"matched_rule": "x", "llm_model": "y"}});
    let failure = call(conn, "update_transaction_with_enrichment", &params).unwrap_err();
    assert_eq!(failure.data["field"], "enrichment");
    assert_eq!(
        TrueLayerTransaction::find(conn, EVERYONE, id).unwrap(),
        before
    );
}

#[test]
fn its_confidence_is_an_exact_decimal() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    let enrichment = Enrichment {
        confidence_score: Some("0.12345678901234567890".parse().unwrap()),
        ..groceries()
    };
    TrueLayerTransaction::set_enrichment(conn, EVERYONE, id, &enrichment).unwrap();
    let stored: String = truelayer_transactions::table
        .find(id)
        .select(sql::<Text>("metadata #>> '{enrichment,confidence_score}'"))
        .get_result(conn)
        .unwrap();
    assert_eq!(stored, "0.12345678901234567890");
}

#[test]
fn another_users_transaction_is_not_found() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    let stranger = Household::new(conn).user;
    let outcome = TrueLayerTransaction::set_enrichment(conn, stranger, id, &groceries());
    assert!(matches!(outcome, Err(Error::NotFound)));
    assert_eq!(metadata(conn, id), Value::Null);
}

#[test]
fn a_success_leaves_the_noted_failure() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    LlmEnrichmentFailure::record(conn, EVERYONE, id, "timeout", 2).unwrap();
    TrueLayerTransaction::set_enrichment(conn, EVERYONE, id, &groceries()).unwrap();
    let noted = LlmEnrichmentFailure::find_by_transaction_id(conn, EVERYONE, id).unwrap();
    assert_eq!(noted.unwrap().error_message, "timeout");
}

#[test]
fn an_empty_category_is_no_enrichment_and_many_are_asked_for_at_once() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    let enriched = |category: &str| json!({"enrichment": {"primary_category": category}});
    let empty = household.pays_with(conn, enriched(""));
    let given = household.pays_with(conn, enriched("Dining"));
    let none = household.pays(conn, &Payment::default());
    let stranger = Household::new(conn);
    let foreign = stranger.pays_with(conn, enriched("Dining"));
    assert!(!TrueLayerTransaction::is_enriched(conn, EVERYONE, empty).unwrap());
    let all = [empty, given, none, foreign];
    let mut among = |owner| TrueLayerTransaction::enriched_among(conn, owner, &all).unwrap();
    assert_eq!(among(Some(household.user)), HashSet::from([given]));
    assert_eq!(among(EVERYONE), HashSet::from([given, foreign]));
}
