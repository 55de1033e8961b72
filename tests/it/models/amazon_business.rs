//! Amazon Business: connections, orders, lines and their payments.

use serde_json::json;
use spending_db::models::amazon::{
    AmazonBusinessConnection, AmazonBusinessConnectionChanges, AmazonBusinessLineItem,
    AmazonBusinessLineItemChanges, AmazonBusinessOrder, AmazonBusinessOrderChanges,
    NewAmazonBusinessConnection, NewAmazonBusinessLineItem, NewAmazonBusinessOrder,
    NewTrueLayerAmazonBusinessMatch, TrueLayerAmazonBusinessMatch,
    TrueLayerAmazonBusinessMatchChanges,
};
use spending_db::types::EncryptedToken;

use crate::support::TestDatabase;
use crate::support::fixtures::{self, Household};
use crate::support::rows::{
    assert_defaults, at, day, decimal, deleted, hidden_from_others, stored, updated,
};

#[test]
fn amazon_business_connections() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewAmazonBusinessConnection::new(
        home.user,
        &EncryptedToken::from_stored("plain-access_token"),
        &EncryptedToken::from_stored("plain-refresh_token"),
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "user_id": home.user, "access_token": "***", "refresh_token": "***", "token_expires_at": null,
            "region": "UK", "status": "active", "is_sandbox": true, "marketplace_id": "A1F83G8C2ARO7P",
            "last_synced_at": null, "encryption_version": 1,
        }),
    );
    let row = stored!(
        conn,
        NewAmazonBusinessConnection {
            user_id: home.user,
            access_token: &EncryptedToken::from_stored("made-up-access_token"),
            refresh_token: &EncryptedToken::from_stored("made-up-refresh_token"),
            token_expires_at: Some(at("2026-03-29T01:30:00.001017+01:00")),
            region: Some("DE"),
            status: Some("some status"),
            is_sandbox: Some(false),
            marketplace_id: Some("some marketplace id"),
            last_synced_at: Some(at("2026-03-29T01:30:00.002034+01:00")),
            encryption_version: Some(9),
        }
    );
    updated!(
        conn,
        AmazonBusinessConnection(home.user, row.id),
        AmazonBusinessConnectionChanges {
            access_token: Some(&EncryptedToken::from_stored("renewed-access_token")),
            refresh_token: Some(&EncryptedToken::from_stored("renewed-refresh_token")),
            token_expires_at: Some(None),
            region: Some(None),
            status: Some(None),
            is_sandbox: Some(true),
            marketplace_id: Some(None),
            last_synced_at: Some(None),
            encryption_version: Some(10),
        }
    );
    hidden_from_others!(
        conn,
        AmazonBusinessConnection(home.user, row.id),
        AmazonBusinessConnectionChanges {
            access_token: Some(&EncryptedToken::from_stored("made-up-access_token")),
            ..Default::default()
        }
    );
    deleted!(conn, AmazonBusinessConnection(home.user, row.id));
}

#[test]
fn amazon_business_orders() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewAmazonBusinessOrder::new("the order id", day("2026-01-31"))
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "order_id": "the order id", "order_date": day("2026-01-31"), "region": null,
            "purchase_order_number": null, "order_status": null, "buyer_name": null, "buyer_email": null,
            "subtotal": null, "tax": null, "shipping": null, "net_total": null, "currency": "GBP", "item_count": 1,
            "product_summary": null,
        }),
    );
    let row = stored!(
        conn,
        NewAmazonBusinessOrder {
            order_id: "026-1234567-7654321",
            order_date: day("2026-02-28"),
            region: Some("DE"),
            purchase_order_number: Some("some purchase order number"),
            order_status: Some("some order status"),
            buyer_name: Some("some buyer name"),
            buyer_email: Some("some buyer email"),
            subtotal: Some(&decimal("12.50")),
            tax: Some(&decimal("12.50")),
            shipping: Some(&decimal("12.50")),
            net_total: Some(&decimal("12.50")),
            currency: Some(Some("EUR")),
            item_count: Some(Some(2)),
            product_summary: Some("some product summary"),
        }
    );
    updated!(
        conn,
        AmazonBusinessOrder(row.id),
        AmazonBusinessOrderChanges {
            order_date: Some(day("2026-03-01")),
            region: Some(None),
            purchase_order_number: Some(None),
            order_status: Some(None),
            buyer_name: Some(None),
            buyer_email: Some(None),
            subtotal: Some(None),
            tax: Some(None),
            shipping: Some(None),
            net_total: Some(None),
            currency: Some(None),
            item_count: Some(None),
            product_summary: Some(None),
        }
    );
    deleted!(conn, AmazonBusinessOrder(row.id));
}

#[test]
fn amazon_business_line_items() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for number in ["the order id", "026-1234567-7654321", "026-7654321-1234567"] {
        fixtures::business_order(conn, number);
    }
    let plain = NewAmazonBusinessLineItem::new("the order id")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "order_id": "the order id", "line_item_id": null, "asin": null, "title": null, "brand": null,
            "category": null, "quantity": null, "unit_price": null, "total_price": null, "seller_name": null,
        }),
    );
    let row = stored!(
        conn,
        NewAmazonBusinessLineItem {
            order_id: "026-1234567-7654321",
            line_item_id: Some("some line item id"),
            asin: Some("some asin"),
            title: Some("some title"),
            brand: Some("some brand"),
            category: Some("some category"),
            quantity: Some(7),
            unit_price: Some(&decimal("12.50")),
            total_price: Some(&decimal("12.50")),
            seller_name: Some("some seller name"),
        }
    );
    updated!(
        conn,
        AmazonBusinessLineItem(row.id),
        AmazonBusinessLineItemChanges {
            order_id: Some("026-7654321-1234567"),
            line_item_id: Some(None),
            asin: Some(None),
            title: Some(None),
            brand: Some(None),
            category: Some(None),
            quantity: Some(None),
            unit_price: Some(None),
            total_price: Some(None),
            seller_name: Some(None),
        }
    );
    deleted!(conn, AmazonBusinessLineItem(row.id));
}

#[test]
fn truelayer_amazon_business_matches() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewTrueLayerAmazonBusinessMatch::new(home.payment, home.business_order, 100)
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "truelayer_transaction_id": home.payment, "amazon_business_order_id": home.business_order,
            "match_confidence": 100, "matched_at": "now",
        }),
    );
    let row = stored!(
        conn,
        NewTrueLayerAmazonBusinessMatch {
            truelayer_transaction_id: home.refund,
            amazon_business_order_id: home.business_order,
            match_confidence: 85,
            matched_at: Some(at("2026-03-29T01:30:00.007119+01:00")),
        }
    );
    updated!(
        conn,
        TrueLayerAmazonBusinessMatch(home.user, row.id),
        TrueLayerAmazonBusinessMatchChanges {
            amazon_business_order_id: Some(home.other_business_order),
            match_confidence: Some(99),
            matched_at: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        TrueLayerAmazonBusinessMatch(home.user, row.id),
        TrueLayerAmazonBusinessMatchChanges {
            amazon_business_order_id: Some(home.business_order),
            ..Default::default()
        }
    );
    deleted!(conn, TrueLayerAmazonBusinessMatch(home.user, row.id));
}
