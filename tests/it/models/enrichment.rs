//! What explains a transaction.

use serde_json::json;
use spending_db::models::enrichment::{
    EnrichmentCache, EnrichmentCacheChanges, LlmEnrichmentFailure, LlmEnrichmentFailureChanges,
    NewEnrichmentCache, NewLlmEnrichmentFailure, NewTransactionEnrichmentSource,
    TransactionEnrichmentSource, TransactionEnrichmentSourceChanges,
};
use spending_db::types::EnrichmentSourceType;

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{assert_defaults, at, deleted, hidden_from_others, stored, updated};

#[test]
fn enrichment_cache() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewEnrichmentCache::new("the transaction description", "in")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "transaction_description": "the transaction description", "transaction_direction": "in",
            "enrichment_data": null, "cached_at": "now",
        }),
    );
    let row = stored!(
        conn,
        NewEnrichmentCache {
            transaction_description: "some transaction description",
            transaction_direction: "out",
            enrichment_data: Some("{\"primary_category\": \"Food\"}"),
            cached_at: Some(at("2026-03-29T01:30:00.021357+01:00")),
        }
    );
    updated!(
        conn,
        EnrichmentCache(row.id),
        EnrichmentCacheChanges {
            enrichment_data: Some(None),
            cached_at: Some(at("2026-10-29T01:30:00.022374+02:00")),
        }
    );
    deleted!(conn, EnrichmentCache(row.id));
}

#[test]
fn llm_enrichment_failures() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewLlmEnrichmentFailure::new(home.payment, "the error message")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "transaction_id": home.payment, "error_message": "the error message", "retry_count": 0,
            "failed_at": "now",
        }),
    );
    let row = stored!(
        conn,
        NewLlmEnrichmentFailure {
            transaction_id: home.refund,
            error_message: "some error message",
            retry_count: Some(2),
            failed_at: Some(at("2026-03-29T01:30:00.023391+01:00")),
        }
    );
    updated!(
        conn,
        LlmEnrichmentFailure(home.user, row.id),
        LlmEnrichmentFailureChanges {
            error_message: Some("another error message"),
            retry_count: Some(3),
            failed_at: Some(at("2026-10-29T01:30:00.024408+02:00")),
        }
    );
    hidden_from_others!(
        conn,
        LlmEnrichmentFailure(home.user, row.id),
        LlmEnrichmentFailureChanges {
            error_message: Some("some error message"),
            ..Default::default()
        }
    );
    deleted!(conn, LlmEnrichmentFailure(home.user, row.id));
}

#[test]
fn transaction_enrichment_sources() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewTransactionEnrichmentSource::new(
        home.payment,
        EnrichmentSourceType::Amazon,
        "the description",
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "truelayer_transaction_id": home.payment, "source_type": EnrichmentSourceType::Amazon,
            "source_id": null, "description": "the description", "order_id": null, "line_items": null,
            "match_confidence": 100, "match_method": null, "is_primary": false, "user_verified": false,
        }),
    );
    let row = stored!(
        conn,
        NewTransactionEnrichmentSource {
            truelayer_transaction_id: home.payment,
            source_type: EnrichmentSourceType::Amazon,
            source_id: Some(9),
            description: "Café Zoë, 2 × “flat white”",
            order_id: Some("026-1234567-7654321"),
            line_items: Some(&json!({"first": [1, 2.5, null, "é"]})),
            match_confidence: Some(85),
            match_method: Some("some match method"),
            is_primary: Some(true),
            user_verified: Some(true),
        }
    );
    updated!(
        conn,
        TransactionEnrichmentSource(home.user, row.id),
        TransactionEnrichmentSourceChanges {
            description: Some("CARD PAYMENT"),
            order_id: Some(None),
            line_items: Some(None),
            match_confidence: Some(99),
            match_method: Some(None),
            is_primary: Some(false),
            user_verified: Some(false),
        }
    );
    hidden_from_others!(
        conn,
        TransactionEnrichmentSource(home.user, row.id),
        TransactionEnrichmentSourceChanges {
            description: Some("Café Zoë, 2 × “flat white”"),
            ..Default::default()
        }
    );
    deleted!(conn, TransactionEnrichmentSource(home.user, row.id));
}
