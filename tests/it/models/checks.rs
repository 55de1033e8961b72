//! Values that do not fit their column are refused, and the error says which.

use diesel::prelude::*;
use spending_db::Error;
use spending_db::models::amazon::NewAmazonOrder;
use spending_db::models::apple::NewAppleTransactionMatch;
use spending_db::models::enrichment::NewTransactionEnrichmentSource;
use spending_db::models::gmail::{GmailReceipt, GmailReceiptChanges, NewGmailTransactionMatch};
use spending_db::models::system::{NewSyncJob, SyncJob, SyncJobChanges};
use spending_db::models::truelayer::{
    NewTrueLayerAccount, TrueLayerTransaction, TrueLayerTransactionChanges,
};
use spending_db::types::EnrichmentSourceType;

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{assert_invalid, day, decimal};

#[test]
fn confidence_is_0_to_100() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for confidence in [-1, 101, i32::MAX] {
        assert_invalid(
            NewAppleTransactionMatch::new(home.payment, home.purchase, confidence).insert(conn),
            "apple_transaction_matches_match_confidence_check",
        );
        assert_invalid(
            NewGmailTransactionMatch::new(home.payment, home.receipt, confidence).insert(conn),
            "gmail_transaction_matches_match_confidence_check",
        );
        let source = NewTransactionEnrichmentSource {
            match_confidence: Some(confidence),
            ..NewTransactionEnrichmentSource::new(home.payment, EnrichmentSourceType::Gmail, "x")
        };
        assert_invalid(
            source.insert(conn),
            "transaction_enrichment_sources_match_confidence_check",
        );
        let changes = GmailReceiptChanges {
            parse_confidence: Some(confidence),
            ..Default::default()
        };
        assert_invalid(
            GmailReceipt::update(conn, home.user, home.receipt, &changes),
            "gmail_receipts_parse_confidence_check",
        );
    }
    for confidence in [0, 100] {
        NewAppleTransactionMatch::new(home.payment, home.purchase, confidence)
            .upsert(conn)
            .unwrap();
    }
}

#[test]
fn currencies_have_three_letters() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    assert_invalid(
        NewTrueLayerAccount::new(home.connection, "x", "SAVINGS", "x", "GB").insert(conn),
        "truelayer_accounts_currency_check",
    );
    let (date, total) = (day("2026-03-01"), decimal("1"));
    assert_invalid(
        NewAmazonOrder::new("1", date, "x", "GBPX", &total, "x").insert(conn),
        "amazon_orders_currency_check",
    );
    let changes = TrueLayerTransactionChanges {
        currency: Some(""),
        ..Default::default()
    };
    assert_invalid(
        TrueLayerTransaction::update(conn, home.user, home.payment, &changes),
        "truelayer_transactions_currency_check",
    );
}

#[test]
fn jobs_count_their_attempts_from_0_and_are_tried_at_least_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let job = NewSyncJob {
        user_id: Some(home.user),
        ..NewSyncJob::new("sync")
    };
    let job = job.insert(conn).unwrap();
    let attempts = SyncJobChanges {
        attempts: Some(-1),
        ..Default::default()
    };
    assert_invalid(
        SyncJob::update(conn, home.user, job.id, &attempts),
        "sync_jobs_attempts_check",
    );
    let never = SyncJobChanges {
        max_attempts: Some(0),
        ..Default::default()
    };
    assert_invalid(
        SyncJob::update(conn, home.user, job.id, &never),
        "sync_jobs_max_attempts_check",
    );
}

#[test]
fn a_missing_value_is_named_by_its_column() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    Household::new(conn, "ada");
    let refused =
        diesel::sql_query("UPDATE truelayer_transactions SET amount = NULL").execute(conn);
    assert_invalid(refused.map_err(Error::from), "amount");
}

#[test]
fn a_refused_change_changes_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let before = TrueLayerTransaction::find(conn, home.user, home.payment).unwrap();
    let changes = TrueLayerTransactionChanges {
        description: Some("changed"),
        currency: Some("x"),
        ..Default::default()
    };
    TrueLayerTransaction::update(conn, home.user, home.payment, &changes).unwrap_err();
    let after = TrueLayerTransaction::find(conn, home.user, home.payment).unwrap();
    assert_eq!(after, before);
}
