//! A source with the purchase that it points at.

use diesel::prelude::*;
use serde_json::json;
use spending_db::Error;
use spending_db::models::enrichment::NewTransactionEnrichmentSource;
use spending_db::operations::enrichment_sources::{Purchase, add, find_details};
use spending_db::types::{EVERYONE, EnrichmentSourceType, TransactionEnrichmentSourceId};

use super::super::call;
use super::fixtures::{Household, Payment, run};
use crate::support::TestDatabase;

const PURCHASES: &str = r"
    INSERT INTO amazon_orders (id, order_id, order_date, website, currency, total_owed, product_names) VALUES
        (1, '204-1', '2026-03-01', 'Amazon.co.uk', 'GBP', 12.5, ' Lamp, warm white |  | Bulb, E27, 2 pack |Plug | '),
        (2, '204-2', '2026-03-01', 'Amazon.co.uk', 'GBP', 12.5, '');
    INSERT INTO apple_transactions (id, order_id, order_date, total_amount, currency, app_names) VALUES
        (1, 'MX1', '2026-03-01', 0.99, 'GBP', 'Notes, Plus | Maps');
    INSERT INTO gmail_connections (id, user_id, email_address, access_token, refresh_token)
        SELECT id, id, email, 'a', 'r' FROM users;
    INSERT INTO gmail_receipts (id, connection_id, message_id, sender_email, received_at, parse_confidence)
        SELECT id, id, 'm-' || id, 'shop@example.com', '2026-03-01', 90 FROM users;
    INSERT INTO pdf_attachments (gmail_receipt_id, message_id, object_key, filename, content_hash, size_bytes, created_at)
        SELECT 1, 'm-1', name, name, name, 1, day::timestamptz
        FROM (VALUES ('late.pdf', '2026-03-02'), ('early.pdf', '2026-03-01')) AS pdf (name, day);
";

fn source(
    conn: &mut PgConnection,
    home: &Household,
    source_type: EnrichmentSourceType,
    source_id: i32,
) -> TransactionEnrichmentSourceId {
    let paid = home.pay(conn, Payment::default());
    let new = NewTransactionEnrichmentSource {
        source_id: Some(source_id),
        ..NewTransactionEnrichmentSource::new(paid, source_type, "x")
    };
    add(conn, home.user, &new).unwrap().id
}

#[test]
fn products_are_told_apart_by_bars_and_keep_their_commas() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    run(conn, PURCHASES);
    let amazon = source(conn, &home, EnrichmentSourceType::Amazon, 1);
    let Some(Purchase::Amazon { products, .. }) =
        find_details(conn, home.user, amazon).unwrap().purchase
    else {
        panic!("no order");
    };
    assert_eq!(products, ["Lamp, warm white", "Bulb, E27, 2 pack |Plug"]);
    let apple = source(conn, &home, EnrichmentSourceType::Apple, 1);
    let answer = call(
        conn,
        "get_enrichment_source_full_details",
        json!({"enrichment_source_id": apple}),
    )
    .unwrap();
    assert_eq!(
        answer["source_details"]["parsed_line_items"],
        json!([{"name": "Notes, Plus", "quantity": 1}, {"name": "Maps", "quantity": 1}])
    );
    let nameless = source(conn, &home, EnrichmentSourceType::Amazon, 2);
    let answer = call(
        conn,
        "get_enrichment_source_full_details",
        json!({"enrichment_source_id": nameless}),
    )
    .unwrap();
    assert_eq!(answer["source_details"]["order_id"], "204-2");
    assert_eq!(answer["source_details"].get("parsed_line_items"), None);
}

#[test]
fn a_deleted_receipt_is_gone() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    run(conn, PURCHASES);
    let id = source(conn, &home, EnrichmentSourceType::Gmail, home.user.0);
    let Some(Purchase::Gmail { attachments, .. }) =
        find_details(conn, home.user, id).unwrap().purchase
    else {
        panic!("no receipt");
    };
    let names: Vec<_> = attachments
        .iter()
        .map(|attachment| attachment.filename.as_str())
        .collect();
    assert_eq!(names, ["early.pdf", "late.pdf"]);

    run(conn, "UPDATE gmail_receipts SET deleted_at = now()");
    assert_eq!(find_details(conn, home.user, id).unwrap().purchase, None);
    let answer = call(
        conn,
        "get_enrichment_source_full_details",
        json!({"enrichment_source_id": id}),
    )
    .unwrap();
    assert_eq!(answer["source_details"], json!(null));
    assert_eq!(answer["id"], json!(id));
}

#[test]
fn details_are_their_owners() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    run(conn, PURCHASES);
    let order = source(conn, &ada, EnrichmentSourceType::Amazon, 1);
    assert!(matches!(
        find_details(conn, bob.user, order),
        Err(Error::NotFound)
    ));
    let receipt = source(conn, &ada, EnrichmentSourceType::Gmail, bob.user.0);
    assert_eq!(
        find_details(conn, ada.user, receipt).unwrap().purchase,
        None,
        "the receipt is Bob's"
    );
    assert!(
        find_details(conn, EVERYONE, receipt)
            .unwrap()
            .purchase
            .is_some()
    );
}
