//! Retail orders, refunds and their payments.

use serde_json::json;
use spending_db::models::amazon::{
    AmazonOrder, AmazonOrderChanges, AmazonReturn, AmazonReturnChanges, NewAmazonOrder,
    NewAmazonReturn, NewTrueLayerAmazonTransactionMatch, TrueLayerAmazonTransactionMatch,
    TrueLayerAmazonTransactionMatchChanges,
};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{
    assert_defaults, at, day, decimal, deleted, hidden_from_others, stored, updated,
};

#[test]
fn amazon_orders() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewAmazonOrder::new(
        "the order id",
        day("2026-01-31"),
        "the website",
        "GBP",
        &decimal("0.00"),
        "the product names",
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "order_id": "the order id", "order_date": day("2026-01-31"), "website": "the website",
            "currency": "GBP", "total_owed": "0", "product_names": "the product names", "order_status": null,
            "shipment_status": null, "source_file": null,
        }),
    );
    let row = stored!(
        conn,
        NewAmazonOrder {
            order_id: "026-1234567-7654321",
            order_date: day("2026-02-28"),
            website: "Amazon.co.uk",
            currency: "EUR",
            total_owed: &decimal("12.50"),
            product_names: "some product names",
            order_status: Some("some order status"),
            shipment_status: Some("some shipment status"),
            source_file: Some("some source file"),
        }
    );
    updated!(
        conn,
        AmazonOrder(row.id),
        AmazonOrderChanges {
            order_date: Some(day("2026-03-01")),
            website: Some("Amazon.de"),
            currency: Some("USD"),
            total_owed: Some(&decimal("12345678901234567890.1000")),
            product_names: Some("another product names"),
            order_status: Some(None),
            shipment_status: Some(None),
            source_file: Some(None),
        }
    );
    deleted!(conn, AmazonOrder(row.id));
}

#[test]
fn amazon_returns() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewAmazonReturn::new(
        "the order id",
        "the reversal id",
        day("2026-01-31"),
        "GBP",
        &decimal("0.00"),
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "order_id": "the order id", "reversal_id": "the reversal id",
            "refund_completion_date": day("2026-01-31"), "currency": "GBP", "amount_refunded": "0",
            "status": null, "disbursement_type": null, "source_file": null, "original_transaction_id": null,
            "refund_transaction_id": null,
        }),
    );
    let row = stored!(
        conn,
        NewAmazonReturn {
            order_id: "026-1234567-7654321",
            reversal_id: "some reversal id",
            refund_completion_date: day("2026-02-28"),
            currency: "EUR",
            amount_refunded: &decimal("12.50"),
            status: Some("some status"),
            disbursement_type: Some("some disbursement type"),
            source_file: Some("some source file"),
            original_transaction_id: Some(home.payment),
            refund_transaction_id: Some(home.payment),
        }
    );
    updated!(
        conn,
        AmazonReturn(row.id),
        AmazonReturnChanges {
            order_id: Some("026-7654321-1234567"),
            refund_completion_date: Some(day("2026-03-01")),
            currency: Some("USD"),
            amount_refunded: Some(&decimal("12345678901234567890.1000")),
            status: Some(None),
            disbursement_type: Some(None),
            source_file: Some(None),
            original_transaction_id: Some(None),
            refund_transaction_id: Some(None),
        }
    );
    deleted!(conn, AmazonReturn(row.id));
}

#[test]
fn truelayer_amazon_transaction_matches() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain =
        NewTrueLayerAmazonTransactionMatch::new(home.payment, home.order, &decimal("100.00"))
            .insert(conn)
            .unwrap();
    assert_defaults(
        &plain,
        json!({
            "truelayer_transaction_id": home.payment, "amazon_order_id": home.order, "match_confidence": "100.00",
            "matched_at": "now",
        }),
    );
    let row = stored!(
        conn,
        NewTrueLayerAmazonTransactionMatch {
            truelayer_transaction_id: home.refund,
            amazon_order_id: home.order,
            match_confidence: &decimal("87.50"),
            matched_at: Some(at("2026-03-29T01:30:00.011187+01:00")),
        }
    );
    updated!(
        conn,
        TrueLayerAmazonTransactionMatch(home.user, row.id),
        TrueLayerAmazonTransactionMatchChanges {
            amazon_order_id: Some(home.other_order),
            match_confidence: Some(&decimal("99.90")),
            matched_at: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        TrueLayerAmazonTransactionMatch(home.user, row.id),
        TrueLayerAmazonTransactionMatchChanges {
            amazon_order_id: Some(home.order),
            ..Default::default()
        }
    );
    deleted!(conn, TrueLayerAmazonTransactionMatch(home.user, row.id));
}
