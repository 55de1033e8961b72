//! The cache of enrichments.

use serde_json::json;
use spending_db::models::enrichment::{EnrichmentCache, NewEnrichmentCache};
use spending_db::types::Enrichment;

use super::{call, refused_argument};
use crate::support::TestDatabase;

#[test]
fn what_was_cached_is_found() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let enrichment = json!({
        "primary_category": "Dining", "subcategory": null, "merchant_clean_name": "Café L'Été",
        "merchant_type": "Restaurant", "essential_discretionary": "Discretionary",
        "payment_method": "Card", "payment_method_subtype": null, "confidence_score": 0.805,
        "llm_model": "not used", "purchase_date": "2024-03-20",
    });
    let params = json!({
        "description": "CAFE", "direction": "out", "enrichment": enrichment,
        "provider": "anthropic", "model": "claude-test",
    });
    assert_eq!(call(conn, "cache_enrichment", &params), Ok(json!(null)));
    let key = json!({"description": "CAFE", "direction": "out"});
    let expected = json!({
        "primary_category": "Dining", "subcategory": null, "merchant_clean_name": "Café L'Été",
        "merchant_type": "Restaurant", "essential_discretionary": "Discretionary",
        "payment_method": "Card", "payment_method_subtype": null, "confidence_score": 0.805,
        "llm_provider": "anthropic", "llm_model": "claude-test",
    });
    assert_eq!(call(conn, "get_enrichment_from_cache", &key), Ok(expected));
}

#[test]
fn unknown_keys_are_ignored_missing_ones_are_null_and_what_is_no_object_is_a_miss() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let mut stored = |description, enrichment_data| {
        let entry = NewEnrichmentCache {
            enrichment_data,
            ..NewEnrichmentCache::new(description, "out")
        };
        entry.insert(conn).unwrap();
        EnrichmentCache::lookup(conn, description, "out").unwrap()
    };
    let found = stored(
        "old",
        Some(r#"{"subcategory": "Fuel", "raw_response": {"a": 1}}"#),
    );
    let expected = Enrichment {
        subcategory: Some("Fuel".to_owned()),
        ..Enrichment::default()
    };
    assert_eq!(found, Some(expected));
    for (description, text) in [
        ("list", Some(r#"["Dining"]"#)),
        ("text", Some(r#""Dining""#)),
        ("broken", Some(r#"{"primary_category": "#)),
        ("absurd", Some(r#"{"confidence_score": 1e999999999}"#)),
        ("empty", Some("")),
        ("null", Some("null")),
        ("none", None),
    ] {
        assert_eq!(stored(description, text), None, "{description}");
    }
}

#[test]
fn the_direction_has_to_be_told() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let params = json!({"description": "CAFE", "direction": null});
    let outcome = call(conn, "get_enrichment_from_cache", &params);
    assert_eq!(refused_argument(outcome), "direction");
}

#[test]
fn what_cannot_be_cached_is_an_error() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let params = json!({
        "description": "CAFE", "direction": "out", "enrichment": {"primary_category": "Dining"},
        "provider": "anthropic", "model": "claude-test",
    });
    let outcome = call(conn, "cache_enrichment", &params);
    assert_eq!(refused_argument(outcome), "enrichment.subcategory");
    let outcome = EnrichmentCache::store(conn, "nul \0", "out", &Enrichment::default());
    assert!(outcome.is_err());
    crate::support::execute(conn, "DROP TABLE enrichment_cache CASCADE");
    assert!(EnrichmentCache::store(conn, "CAFE", "out", &Enrichment::default()).is_err());
}
