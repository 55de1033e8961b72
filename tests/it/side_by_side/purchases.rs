//! Amazon and Apple.

use super::{run, session};
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::sql::lines;

#[test]
fn an_amazon_match_renews_its_row_and_its_source() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let home = Household::new(conn, "ada");
    let (payment, order) = (home.payment, home.order);
    let matched = format!(
        "INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
         VALUES ({payment}, {order}, 98.5)
         ON CONFLICT (truelayer_transaction_id) DO UPDATE SET
             amazon_order_id = EXCLUDED.amazon_order_id, match_confidence = EXCLUDED.match_confidence, matched_at = NOW()"
    );
    let source = format!(
        "INSERT INTO transaction_enrichment_sources
             (truelayer_transaction_id, source_type, source_id, description, order_id, match_confidence, match_method, is_primary)
         VALUES ({payment}, 'amazon', {order}, 'A book', 'o-1', 98, 'amount_date_match', TRUE)
         ON CONFLICT (truelayer_transaction_id, source_type, source_id) DO UPDATE SET
             description = EXCLUDED.description, match_confidence = EXCLUDED.match_confidence, updated_at = NOW()"
    );
    run(
        conn,
        &[(&matched, 1), (&matched, 1), (&source, 1), (&source, 1)],
    );
    let stored = format!(
        "SELECT format('%s %s %s', m.match_confidence, s.match_confidence, s.is_primary) AS line
         FROM truelayer_amazon_transaction_matches m
         JOIN transaction_enrichment_sources s USING (truelayer_transaction_id)
         WHERE m.truelayer_transaction_id = {payment}"
    );
    assert_eq!(lines(conn, &stored), ["98.50 98 t"]);
}

#[test]
fn an_apple_match_by_the_old_name() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let home = Household::new(conn, "ada");
    for purchase in [home.purchase, home.other_purchase] {
        let matched = format!(
            "INSERT INTO truelayer_apple_transaction_matches (truelayer_transaction_id, apple_transaction_id, match_confidence)
             VALUES ({}, {purchase}, 95)
             ON CONFLICT (truelayer_transaction_id) DO UPDATE SET
                 apple_transaction_id = EXCLUDED.apple_transaction_id, matched_at = CURRENT_TIMESTAMP
             RETURNING id::text AS line",
            home.payment
        );
        assert_eq!(lines(conn, &matched), ["1"]);
    }
    let unmatched = "SELECT count(*)::text AS line FROM truelayer_transactions t
                     LEFT JOIN truelayer_apple_transaction_matches m ON m.truelayer_transaction_id = t.id
                     WHERE m.id IS NULL";
    assert_eq!(lines(conn, unmatched), ["1"]);
    run(
        conn,
        &[
            (
                "UPDATE truelayer_apple_transaction_matches SET match_confidence = 50",
                1,
            ),
            (
                "DELETE FROM apple_transactions WHERE id IN (SELECT apple_transaction_id FROM truelayer_apple_transaction_matches)",
                1,
            ),
            ("DELETE FROM truelayer_apple_transaction_matches", 0),
        ],
    );
}

#[test]
fn imports_of_orders_and_returns() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let home = Household::new(conn, "ada");
    let order = "INSERT INTO amazon_orders (order_id, order_date, website, currency, total_owed, product_names, order_status, shipment_status, source_file)
                 VALUES ('202-1', '2025-10-24', 'Amazon.co.uk', 'GBP', 12.50, 'A book', NULL, NULL, 'x.csv')
                 ON CONFLICT (order_id) DO NOTHING";
    let returned = "INSERT INTO amazon_returns (order_id, reversal_id, refund_completion_date, currency, amount_refunded)
                    VALUES ('202-1', 'rev-1', '2025-10-25', 'GBP', 12.50)
                    ON CONFLICT (reversal_id) DO NOTHING";
    let linked = format!(
        "UPDATE amazon_returns SET original_transaction_id = {}, refund_transaction_id = {} WHERE reversal_id = 'rev-1'",
        home.payment, home.refund
    );
    let business =
        "INSERT INTO amazon_business_orders (order_id, order_date, region, net_total, currency)
                    VALUES ('204-1', '2025-10-20', 'UK', 120.00, 'GBP')
                    ON CONFLICT (order_id) DO NOTHING";
    let line = "INSERT INTO amazon_business_line_items (order_id, line_item_id, title, quantity, unit_price, total_price)
                VALUES ('204-1', 'li-1', 'Toner', 1, 80.00, 80.00)";
    run(
        conn,
        &[
            (order, 1),
            (order, 0),
            (returned, 1),
            (returned, 0),
            (&linked, 1),
            (business, 1),
            (business, 0),
            (line, 1),
            ("DELETE FROM amazon_transaction_matches", 0),
            ("DELETE FROM amazon_orders WHERE order_id = '202-1'", 1),
        ],
    );
}

#[test]
fn the_seller_account() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let saved = lines(
        conn,
        "INSERT INTO amazon_business_connections (access_token, refresh_token, token_expires_at)
         VALUES ('a', 'r', '2025-10-26T01:30:00')
         RETURNING format('%s %s %s %s %s', user_id, region, status, is_sandbox, marketplace_id) AS line",
    );
    assert_eq!(saved, ["1 UK active t A1F83G8C2ARO7P"]);
    run(
        conn,
        &[("DELETE FROM amazon_business_connections WHERE id = 1", 1)],
    );
}
