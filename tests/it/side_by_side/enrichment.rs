//! The sources that explain a transaction, and the language model's answers.

use super::{run, session};
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::sql::{execute, lines};

#[test]
fn one_source_is_primary_whatever_old_code_writes() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let payment = Household::new(conn, "ada").payment;
    let insert = |kind: &str, id: i32| {
        format!(
            "INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description, is_primary)
             VALUES ({payment}, '{kind}', {id}, '{kind}', TRUE)
             ON CONFLICT (truelayer_transaction_id, source_type, source_id) DO UPDATE SET
                 description = EXCLUDED.description, updated_at = NOW()"
        )
    };
    let primary = "SELECT source_type AS line FROM transaction_enrichment_sources WHERE is_primary";
    run(conn, &[(&insert("amazon", 1), 1), (&insert("apple", 1), 1)]);
    assert_eq!(lines(conn, primary), ["apple"]);
    // Repeated, it renews the row; both failed or lost the mark in the old database.
    run(conn, &[(&insert("apple", 1), 1), (&insert("amazon", 1), 1)]);
    assert_eq!(lines(conn, primary), ["apple"]);
    let choose = "UPDATE transaction_enrichment_sources SET is_primary = TRUE, updated_at = NOW() WHERE source_type = 'amazon'";
    run(conn, &[(choose, 1), (choose, 1)]);
    assert_eq!(lines(conn, primary), ["amazon"]);
    let off = format!(
        "UPDATE transaction_enrichment_sources SET is_primary = FALSE WHERE truelayer_transaction_id = {payment}"
    );
    run(conn, &[(&off, 2)]);
    assert!(lines(conn, primary).is_empty());
}

#[test]
fn answers_of_the_model_by_the_old_name() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let store = "INSERT INTO llm_enrichment_cache (transaction_description, transaction_direction, enrichment_data)
                 VALUES ('TESCO', 'out', '{\"primary_category\": \"Groceries\"}')
                 ON CONFLICT (transaction_description, transaction_direction) DO UPDATE SET
                     enrichment_data = EXCLUDED.enrichment_data, cached_at = CURRENT_TIMESTAMP
                 RETURNING id::text AS line";
    assert_eq!(lines(conn, store), lines(conn, store));
    let find = "SELECT enrichment_data AS line FROM llm_enrichment_cache
                WHERE transaction_description = 'TESCO' AND transaction_direction = 'out'";
    assert_eq!(lines(conn, find), [r#"{"primary_category": "Groceries"}"#]);
    run(
        conn,
        &[
            (
                "UPDATE llm_enrichment_cache SET cached_at = '2020-01-01T00:00:00'::timestamp",
                1,
            ),
            (
                "DELETE FROM llm_enrichment_cache WHERE cached_at < NOW() - INTERVAL '90 days'",
                1,
            ),
        ],
    );
}

#[test]
fn failures_of_the_model() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let payment = Household::new(conn, "ada").payment;
    let log = format!(
        "INSERT INTO llm_enrichment_failures (transaction_id, error_message, retry_count)
         VALUES ({payment}, 'timeout', 0)
         ON CONFLICT (transaction_id) DO UPDATE SET
             error_message = EXCLUDED.error_message, retry_count = EXCLUDED.retry_count, failed_at = NOW()"
    );
    run(conn, &[(&log, 1), (&log, 1)]);
    assert!(execute(conn, &log.replace("'timeout'", "NULL")).is_err());
}
