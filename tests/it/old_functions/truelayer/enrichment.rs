//! The enrichment in a transaction's metadata, and the jobs that write it.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::models::Page;
use spending_db::models::truelayer::{
    EnrichedTransaction, EnrichmentJobStep, EnrichmentTotals, NewTrueLayerImportJob,
    NewTrueLayerTransaction, TransactionEnrichment, TrueLayerEnrichmentJob, TrueLayerTransaction,
};
use spending_db::types::{EVERYONE, TrueLayerEnrichmentJobId, TrueLayerTransactionId};
use spending_db::{Error, operations};

use super::{Feed, call, payment, refusal};
use crate::support::TestDatabase;
use crate::support::threads::at_once;

fn insert(
    conn: &mut PgConnection,
    feed: &Feed,
    id: &str,
    metadata: &Value,
) -> TrueLayerTransactionId {
    let one = BigDecimal::from(1);
    let new = NewTrueLayerTransaction {
        metadata: Some(metadata),
        ..payment(feed.account, id, "2025-01-01T00:00:00Z", &one)
    };
    new.insert(conn).unwrap().id
}

#[test]
fn a_stored_time_that_is_none_is_null_and_the_list_goes_on() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let cases = [
        ("now()", None),
        ("soon", None),
        ("", None),
        ("2024-07-02 10:00:00", Some("2024-07-02T10:00:00Z")),
        ("2024-07-02T10:00:00+02:00", Some("2024-07-02T08:00:00Z")),
        (
            "2024-07-02T10:00:00.25-0130",
            Some("2024-07-02T11:30:00.25Z"),
        ),
    ];
    for (number, (text, _)) in cases.iter().enumerate() {
        insert(
            conn,
            &feed,
            &number.to_string(),
            &json!({"enrichment": {"enriched_at": text}}),
        );
    }
    let expected: Vec<_> = cases
        .iter()
        .map(|(_, utc)| utc.map(|utc| utc.parse::<DateTime<Utc>>().unwrap()))
        .collect();
    let listed = EnrichedTransaction::list(conn, feed.user, Some(feed.account), Page::ALL).unwrap();
    let found: Vec<_> = listed
        .iter()
        .rev()
        .map(|row| row.enrichment.enriched_at)
        .collect();
    assert_eq!(found, expected);
    for row in listed {
        let single = TransactionEnrichment::find(conn, feed.user, row.transaction.id).unwrap();
        assert_eq!(single, Some(row.enrichment));
    }
}

#[test]
fn a_json_null_is_no_enrichment_for_anyone() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let cases = [
        (json!({}), false),
        (json!({"enrichment": null}), false),
        (json!([1]), false),
        (json!("enrichment"), false),
        (json!({"enrichment": {}}), true),
        (json!({"enrichment": "done"}), true),
        (json!({"enrichment": {"primary_category": null}}), true),
    ];
    let ids: Vec<_> = cases
        .iter()
        .enumerate()
        .map(|(number, (metadata, _))| insert(conn, &feed, &number.to_string(), metadata))
        .collect();
    let unenriched =
        TrueLayerTransaction::list_without_enrichment(conn, feed.user, Page::ALL).unwrap();
    let unenriched: Vec<_> = unenriched.iter().map(|row| row.id).collect();
    for (id, (metadata, enriched)) in ids.iter().zip(&cases) {
        assert_eq!(unenriched.contains(id), !enriched, "{metadata}");
        let found = TransactionEnrichment::find(conn, feed.user, *id).unwrap();
        assert_eq!(found.is_some(), *enriched, "{metadata}");
        assert!(found.is_none_or(|found| found.primary_category.is_none()));
    }
    assert_eq!(TransactionEnrichment::count(conn, feed.user).unwrap(), 3);
    let old = call(conn, "count_enriched_truelayer_transactions", json!({})).unwrap();
    assert_eq!(old, json!(3));
    let page = Page::first(2);
    assert_eq!(
        TrueLayerTransaction::list_without_enrichment(conn, EVERYONE, page)
            .unwrap()
            .len(),
        2
    );
}

#[test]
fn a_confidence_is_a_finite_number_or_null() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    for (number, (stored, text, confidence)) in [
        (json!(0.95), json!("0.95"), json!(0.95)),
        (json!(" 0.4 "), json!(" 0.4 "), json!(0.4)),
        (json!(1), json!("1"), json!(1)),
        (json!(true), json!("true"), Value::Null),
        (json!(""), json!(""), Value::Null),
        (json!("nan"), json!("nan"), Value::Null),
        (json!("-inf"), json!("-inf"), Value::Null),
        (json!("1e999"), json!("1e999"), Value::Null),
        (Value::Null, Value::Null, Value::Null),
    ]
    .into_iter()
    .enumerate()
    {
        let metadata = json!({"enrichment": {"confidence_score": stored}});
        let id = insert(conn, &feed, &number.to_string(), &metadata);
        let single = call(
            conn,
            "get_transaction_enrichment",
            json!({"transaction_id": id}),
        )
        .unwrap();
        assert_eq!(
            single["confidence_score"].as_f64(),
            confidence.as_f64(),
            "{stored}"
        );
        let all = call(
            conn,
            "get_all_truelayer_transactions_with_enrichment",
            json!({}),
        )
        .unwrap();
        let listed = all
            .as_array()
            .unwrap()
            .iter()
            .find(|row| row["id"] == json!(id))
            .unwrap();
        assert_eq!(listed["enrichment_confidence_score"], text, "{stored}");
    }
}

fn job(conn: &mut PgConnection, feed: &Feed) -> TrueLayerEnrichmentJobId {
    let id = call(
        conn,
        "create_enrichment_job",
        json!({"user_id": feed.user, "transaction_ids": [3, 1, 1]}),
    );
    serde_json::from_value(id.unwrap()).unwrap()
}

#[test]
fn an_import_of_somebody_else_is_no_reason_to_enrich() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (Feed::of(conn, "ada"), Feed::of(conn, "ben"));
    let import = NewTrueLayerImportJob::new(ben.user)
        .insert(conn)
        .unwrap()
        .id;
    let refused = operations::enrichment_jobs::create(conn, ada.user, Some(import), vec![]);
    assert!(
        matches!(&refused, Err(Error::Reference { constraint })
            if constraint == "truelayer_enrichment_jobs_import_job_id_fkey"),
        "{refused:?}"
    );
    let own = operations::enrichment_jobs::create(conn, ben.user, Some(import), vec![]).unwrap();
    assert_eq!(own.import_job_id, Some(import));
    assert!(
        TrueLayerEnrichmentJob::list_for_user(conn, ada.user)
            .unwrap()
            .is_empty()
    );
}

#[test]
fn a_run_that_fails_half_way_keeps_what_it_counted() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let id = job(conn, &feed);
    let counted = json!({"job_id": id, "status": "completed", "successful": 2, "failed": 1, "cost": "0.01235",
                         "tokens": 1834});
    call(conn, "update_enrichment_job", counted).unwrap();
    call(
        conn,
        "update_enrichment_job",
        json!({"job_id": id, "status": "failed", "failed": 2}),
    )
    .unwrap();
    let row = TrueLayerEnrichmentJob::find(conn, feed.user, id).unwrap();
    assert_eq!(
        (
            row.job_status.as_str(),
            row.successful_enrichments,
            row.failed_enrichments,
            row.total_tokens
        ),
        ("failed", 2, 2, 1834)
    );
    assert_eq!(row.total_cost.to_string(), "0.0124");
    assert!(row.completed_at.is_some());
}

#[test]
fn totals_of_a_run_written_at_once_are_all_there() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let cost = "0.5".parse::<BigDecimal>().unwrap();
    let nothing = EnrichmentTotals::default();
    let totals = [
        EnrichmentTotals {
            successful: Some(2),
            ..nothing
        },
        EnrichmentTotals {
            failed: Some(1),
            ..nothing
        },
        EnrichmentTotals {
            cost: Some(&cost),
            ..nothing
        },
        EnrichmentTotals {
            tokens: Some(1834),
            ..nothing
        },
    ];
    for _ in 0..24 {
        let id = job(conn, &feed);
        at_once(&db, totals.len(), |conn, number| {
            let step = EnrichmentJobStep::Completed(totals[number]);
            TrueLayerEnrichmentJob::advance(conn, feed.user, id, step).unwrap()
        });
        let row = TrueLayerEnrichmentJob::find(conn, feed.user, id).unwrap();
        assert_eq!(
            (
                row.successful_enrichments,
                row.failed_enrichments,
                row.total_cost,
                row.total_tokens
            ),
            (2, 1, cost.clone(), 1834)
        );
    }
}

#[test]
fn an_unknown_status_of_a_run_is_refused() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let feed = Feed::of(conn, "ada");
    let id = job(conn, &feed);
    let before = TrueLayerEnrichmentJob::find(conn, feed.user, id).unwrap();
    for status in ["pending", "compleeted", "enriching", ""] {
        let refused = refusal(
            conn,
            "update_enrichment_job",
            json!({"job_id": id, "status": status}),
        );
        assert_eq!(
            refused,
            ("invalid_params".to_owned(), "status".to_owned()),
            "{status}"
        );
    }
    assert_eq!(
        TrueLayerEnrichmentJob::find(conn, feed.user, id).unwrap(),
        before
    );
}
