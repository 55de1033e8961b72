//! Failures of enrichment.

use std::thread;

use serde_json::json;
use spending_db::Error;
use spending_db::models::enrichment::LlmEnrichmentFailure;
use spending_db::types::{EVERYONE, TrueLayerTransactionId};

use super::call;
use super::household::{Household, Payment};
use crate::support::TestDatabase;

#[test]
fn a_failure_that_cannot_be_noted_is_an_error() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    let stranger = Household::new(conn).user;
    let unknown = TrueLayerTransactionId(id.0 + 1);
    for outcome in [
        LlmEnrichmentFailure::record(conn, EVERYONE, unknown, "timeout", 0),
        LlmEnrichmentFailure::record(conn, stranger, id, "timeout", 0),
        LlmEnrichmentFailure::record_retry(conn, stranger, id, "timeout"),
    ] {
        assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
    }
    assert!(LlmEnrichmentFailure::record(conn, EVERYONE, id, "nul \0", 0).is_err());
    let params = json!({"transaction_id": unknown, "error_message": "timeout"});
    let failure = call(conn, "log_enrichment_failure", &params).unwrap_err();
    assert_eq!(failure.data["kind"], "not_found");
    let noted = LlmEnrichmentFailure::find_by_transaction_id(conn, EVERYONE, id).unwrap();
    assert_eq!(noted, None);
}

#[test]
fn a_message_of_any_kind_is_printed_and_cut_by_characters() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    for (message, stored) in [
        (json!(429), "429".to_owned()),
        (json!(null), "None".to_owned()),
        (json!(""), String::new()),
        (json!("é".repeat(501)), "é".repeat(500)),
    ] {
        let params = json!({"transaction_id": id, "error_message": message});
        assert_eq!(
            call(conn, "log_enrichment_failure", &params),
            Ok(json!(null))
        );
        let noted = LlmEnrichmentFailure::find_by_transaction_id(conn, EVERYONE, id).unwrap();
        assert_eq!(noted.unwrap().error_message, stored);
    }
}

#[test]
fn retries_are_counted_however_many_fail_at_once() {
    const THREADS: i32 = 8;
    const ROUNDS: i32 = 12;
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    let id = household.pays(conn, &Payment::default());
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                let conn = &mut database.conn();
                for _ in 0..ROUNDS {
                    LlmEnrichmentFailure::record_retry(conn, household.user, id, "timeout")
                        .unwrap();
                }
            });
        }
    });
    let noted = LlmEnrichmentFailure::find_by_transaction_id(conn, EVERYONE, id).unwrap();
    assert_eq!(noted.unwrap().retry_count, THREADS * ROUNDS - 1);
}
