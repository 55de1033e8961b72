//! App Store purchases and their payments.

use serde_json::json;
use spending_db::models::apple::{
    AppleTransaction, AppleTransactionChanges, AppleTransactionMatch, AppleTransactionMatchChanges,
    NewAppleTransaction, NewAppleTransactionMatch,
};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{
    assert_defaults, at, day, decimal, deleted, hidden_from_others, stored, updated,
};

#[test]
fn apple_transactions() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewAppleTransaction::new(
        "the order id",
        day("2026-01-31"),
        &decimal("0.00"),
        "GBP",
        "the app names",
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "order_id": "the order id", "order_date": day("2026-01-31"), "total_amount": "0", "currency": "GBP",
            "app_names": "the app names", "publishers": null, "item_count": 1, "source_file": null,
        }),
    );
    let row = stored!(
        conn,
        NewAppleTransaction {
            order_id: "026-1234567-7654321",
            order_date: day("2026-02-28"),
            total_amount: &decimal("12.50"),
            currency: "EUR",
            app_names: "some app names",
            publishers: Some("some publishers"),
            item_count: Some(Some(6)),
            source_file: Some("some source file"),
        }
    );
    updated!(
        conn,
        AppleTransaction(row.id),
        AppleTransactionChanges {
            order_date: Some(day("2026-03-01")),
            total_amount: Some(&decimal("12345678901234567890.1000")),
            currency: Some("USD"),
            app_names: Some("another app names"),
            publishers: Some(None),
            item_count: Some(None),
            source_file: Some(None),
        }
    );
    deleted!(conn, AppleTransaction(row.id));
}

#[test]
fn apple_transaction_matches() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewAppleTransactionMatch::new(home.payment, home.purchase, 100)
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "truelayer_transaction_id": home.payment, "apple_transaction_id": home.purchase,
            "match_confidence": 100, "matched_at": "now",
        }),
    );
    let row = stored!(
        conn,
        NewAppleTransactionMatch {
            truelayer_transaction_id: home.refund,
            apple_transaction_id: home.purchase,
            match_confidence: 85,
            matched_at: Some(at("2026-03-29T01:30:00.015255+01:00")),
        }
    );
    updated!(
        conn,
        AppleTransactionMatch(home.user, row.id),
        AppleTransactionMatchChanges {
            apple_transaction_id: Some(home.other_purchase),
            match_confidence: Some(99),
            matched_at: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        AppleTransactionMatch(home.user, row.id),
        AppleTransactionMatchChanges {
            apple_transaction_id: Some(home.purchase),
            ..Default::default()
        }
    );
    deleted!(conn, AppleTransactionMatch(home.user, row.id));
}
