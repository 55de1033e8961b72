//! Removing all orders or purchases: what was made of them goes with them, and is counted as it goes.

use serde_json::json;
use spending_db::models::amazon::{
    AmazonBusinessConnection, NewAmazonBusinessConnection, NewAmazonBusinessLineItem,
    NewAmazonReturn,
};
use spending_db::models::legacy::NewAmazonTransactionMatch;
use spending_db::models::truelayer::TrueLayerTransaction;
use spending_db::operations::matching::{amazon, amazon_business, apple};
use spending_db::operations::{amazon_business as business, amazon_orders, apple_purchases};
use spending_db::types::{EVERYONE, EncryptedToken, EnrichmentSourceType};

use super::{call, explain, run, sources};
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{day, decimal};

#[test]
fn orders_go_with_the_matches_of_both_tables_and_their_sources() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    explain(conn, home.payment, EnrichmentSourceType::Gmail, false);
    for transaction in [home.payment, home.refund] {
        amazon::match_order(conn, EVERYONE, transaction, home.order, 90.into()).unwrap();
    }
    amazon::match_order(conn, EVERYONE, home.payment, home.other_order, 80.into()).unwrap();
    NewAmazonTransactionMatch::new(home.statement_line, home.order, &decimal("90"))
        .insert(conn)
        .unwrap();
    NewAmazonReturn::new("ada-order", "r", day("2026-03-01"), "GBP", &decimal("1"))
        .insert(conn)
        .unwrap();
    assert_eq!(sources(conn, home.payment).len(), 3);

    assert_eq!(
        call(conn, "clear_amazon_orders", json!({})),
        Ok(json!([2, 3]))
    );
    assert_eq!(
        sources(conn, home.payment),
        ["*gmail 0 100"],
        "the source that is left becomes primary"
    );
    assert_eq!(sources(conn, home.refund), [""; 0]);
    TrueLayerTransaction::find(conn, EVERYONE, home.payment).unwrap();
    assert_eq!(
        call(conn, "get_amazon_returns", json!({}))
            .unwrap()
            .as_array()
            .unwrap()
            .len(),
        1
    );
    assert_eq!(
        call(conn, "clear_amazon_orders", json!({})),
        Ok(json!([0, 0]))
    );
}

#[test]
fn orders_go_where_the_legacy_tables_are_gone() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    amazon::match_order(conn, EVERYONE, home.payment, home.order, 90.into()).unwrap();
    run(conn, "DROP TABLE amazon_transaction_matches, transactions");
    let cleared = amazon_orders::clear(conn).unwrap();
    assert_eq!((cleared.orders, cleared.matches), (2, 1));
}

#[test]
fn purchases_go_with_their_matches_and_sources() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    amazon::match_order(conn, EVERYONE, home.payment, home.order, 90.into()).unwrap();
    apple::match_purchase(conn, EVERYONE, home.payment, home.purchase, 80).unwrap();
    apple::match_purchase(conn, EVERYONE, home.refund, home.purchase, 80).unwrap();
    assert_eq!(apple_purchases::clear(conn).unwrap(), 2);
    assert_eq!(
        sources(conn, home.payment),
        [format!("*amazon {} 90", home.order.0)]
    );
    assert_eq!(sources(conn, home.refund), [""; 0]);
    assert_eq!(
        call(conn, "clear_apple_transactions", json!({})),
        Ok(json!(0))
    );
}

#[test]
fn business_orders_go_with_lines_matches_and_sources() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let (access, refresh) = (
        EncryptedToken::from_stored("access"),
        EncryptedToken::from_stored("refresh"),
    );
    NewAmazonBusinessConnection::new(home.user, &access, &refresh)
        .connect(conn)
        .unwrap();
    let line = NewAmazonBusinessLineItem {
        title: Some("A chair"),
        ..NewAmazonBusinessLineItem::new("ada-business-order")
    };
    for _ in 0..3 {
        line.insert(conn).unwrap();
    }
    assert_eq!(business::fill_summaries(conn).unwrap(), 1);
    explain(conn, home.payment, EnrichmentSourceType::Manual, false);
    explain(conn, home.payment, EnrichmentSourceType::Gmail, true);
    run(
        conn,
        "UPDATE transaction_enrichment_sources SET is_primary = false, match_confidence = 10 WHERE user_verified",
    );
    amazon_business::match_order(conn, EVERYONE, home.payment, home.business_order, 90).unwrap();
    assert_eq!(
        call(conn, "clear_amazon_business_data", json!({})),
        Ok(json!({"orders_deleted": 2, "matches_deleted": 1, "line_items_deleted": 3}))
    );
    assert_eq!(
        sources(conn, home.payment),
        ["*gmail 0 10", "manual 0 100"],
        "what a person verified comes first"
    );
    assert_eq!(
        AmazonBusinessConnection::list_for_user(conn, home.user)
            .unwrap()
            .len(),
        1
    );
}
