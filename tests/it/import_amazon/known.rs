//! D46: what is known already keeps its values; a refresh renews it where nothing is matched to it. What the file has otherwise is
//! reported in either case.

use std::path::Path;

use serde_json::{Value, json};
use spending_db::operations::import::ImportReport;
use spending_db::operations::import::amazon::{refresh_business_orders, refresh_returns};
use spending_db::operations::import::apple::refresh_purchases;

use super::{import, refresh};
use crate::household::{Household, counts};
use crate::support::fixtures;

fn changed(report: &ImportReport) -> Value {
    serde_json::to_value(&report.changed).unwrap()
}

/// A payment of a user, to match something to.
fn payment(household: &Household) -> i32 {
    let conn = &mut household.conn();
    let user = fixtures::user(conn, "ann");
    let connection = fixtures::bank_connection(conn, user, "bank");
    let account = fixtures::account(conn, connection, "account");
    fixtures::transaction(conn, account, "payment").0
}

fn orders(household: &Household) -> String {
    household.ask(
        "SELECT string_agg(concat_ws(' ', order_id, total_owed, currency, product_names, order_status, shipment_status), ', ' ORDER BY order_id)
         FROM amazon_orders",
    )
}

#[test]
fn an_import_keeps_what_is_known_and_tells_what_differs() {
    let household = Household::new();
    import(
        &household,
        &["Amazon.co.uk,A,2025-05-01,GBP,1.00,Open,Shipped,Cup"],
    );
    let before = household.dump();
    let report = import(
        &household,
        &["Amazon.co.uk,A,2025-05-01,GBP,2.00,Open,Shipped,Cup"],
    );
    assert_eq!(counts(&report), (0, 1, vec![]));
    assert_eq!(
        changed(&report),
        json!([{ "position": 2, "record": "A", "field": "total_owed", "stored": "1.00", "sent": "2.00", "renewed": false }])
    );
    assert_eq!(household.dump(), before);
}

#[test]
fn an_order_without_payment_follows_a_refresh() {
    let household = Household::new();
    import(
        &household,
        &["Amazon.co.uk,A,2025-05-01,GBP,1.00,Open,Shipped,Cup"],
    );
    let newer = [
        "Amazon.co.uk,B,2025-05-01,GBP,3.00,Closed,Shipped,Jar",
        "Amazon.co.uk,A,2025-05-02,GBP,2.00,Cancelled,,Mug",
    ];
    let again = refresh(&household, &newer);
    assert_eq!(counts(&again), (1, 1, vec![]));
    assert_eq!(
        orders(&household),
        "A 2.00 GBP Cup Cancelled Shipped, B 3.00 GBP Jar Closed Shipped"
    );
    assert_eq!(
        changed(&again),
        json!([
            { "position": 3, "record": "A", "field": "order_status", "stored": "Open", "sent": "Cancelled", "renewed": true },
            { "position": 3, "record": "A", "field": "total_owed", "stored": "1.00", "sent": "2.00", "renewed": true },
        ])
    );
    let before = household.dump();
    let once_more = refresh(&household, &newer);
    assert_eq!(counts(&once_more), (0, 2, vec![]));
    assert_eq!(changed(&once_more), json!([]));
    assert_eq!(household.dump(), before);
}

#[test]
fn a_matched_order_stays_and_its_change_is_reported() {
    let household = Household::new();
    import(
        &household,
        &[
            "Amazon.co.uk,A,2025-05-01,GBP,1.00,Closed,,Cup",
            "Amazon.co.uk,B,2025-05-01,GBP,1.00,,,Jar",
        ],
    );
    household.execute(&format!(
        "INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
         SELECT {}, id, 95 FROM amazon_orders WHERE order_id = 'A'",
        payment(&household)
    ));
    let report = refresh(
        &household,
        &[
            "Amazon.co.uk,A,2025-05-01,GBP,1.5,Closed,,Cup",
            "Amazon.co.uk,B,2025-05-01,EUR,1.000,Closed,,Jar",
        ],
    );
    assert_eq!(
        orders(&household),
        "A 1.00 GBP Cup Closed, B 1.00 EUR Jar Closed"
    );
    assert_eq!(
        changed(&report),
        json!([
            { "position": 2, "record": "A", "field": "total_owed", "stored": "1.00", "sent": "1.5", "renewed": false },
            { "position": 3, "record": "B", "field": "currency", "stored": "GBP", "sent": "EUR", "renewed": true },
            { "position": 3, "record": "B", "field": "order_status", "stored": null, "sent": "Closed", "renewed": true },
        ])
    );
}

#[test]
fn a_refund_follows_the_file_until_it_is_linked() {
    let household = Household::new();
    let returns = |lines: &str| {
        let file = format!(
            "OrderID,ReversalID,RefundCompletionDate,Currency,AmountRefunded,Status\n{lines}"
        );
        refresh_returns(
            &mut household.conn(),
            Path::new("returns.csv"),
            file.as_bytes(),
        )
        .unwrap()
    };
    let row = || {
        household.ask(
            "SELECT string_agg(concat_ws(' ', amount_refunded, status), ', ') FROM amazon_returns",
        )
    };
    returns("A,R,2025-05-01,GBP,1.00,Pending\n");
    // The first of two lines counts, as it does for a new refund.
    let report = returns("A,R,2025-05-01,GBP,2.00,Completed\nA,R,2025-05-01,GBP,3.00,Pending\n");
    assert_eq!((counts(&report), report.changed.len()), ((0, 2, vec![]), 2));
    assert_eq!(row(), "2.00 Completed");
    household.execute(&format!(
        "UPDATE amazon_returns SET original_transaction_id = {}",
        payment(&household)
    ));
    let report = returns("A,R,2025-05-01,GBP,4.00,Completed\n");
    assert_eq!(row(), "2.00 Completed");
    assert_eq!(
        changed(&report),
        json!([{ "position": 2, "record": "R", "field": "amount_refunded", "stored": "2.00", "sent": "4.00", "renewed": false }])
    );
}

#[test]
fn a_purchase_follows_the_page_until_it_is_matched() {
    let household = Household::new();
    let page = |price: &str| {
        let page =
            format!("<p>1 May 2025 MSAMPLE0001 Total {price} Loading...</p><p>App</p><p>Maker</p>");
        refresh_purchases(
            &mut household.conn(),
            Path::new("page.html"),
            page.as_bytes(),
        )
        .unwrap()
    };
    let row =
        || household.ask("SELECT concat_ws(' ', total_amount, currency) FROM apple_transactions");
    page("£1.00");
    assert_eq!(page("$2.00").changed.len(), 2);
    assert_eq!(row(), "2.00 USD");
    household.execute(&format!(
        "INSERT INTO apple_transaction_matches (truelayer_transaction_id, apple_transaction_id, match_confidence)
         SELECT {}, id, 95 FROM apple_transactions",
        payment(&household)
    ));
    let report = page("$3.00");
    assert_eq!(row(), "2.00 USD");
    assert_eq!(report.changed.len(), 1);
    assert!(!report.changed[0].renewed);
}

#[test]
fn a_business_order_follows_the_answer_until_it_is_matched() {
    let household = Household::new();
    let fetch = |total: &str| {
        let page = format!(
            r#"{{"orders": [{{"orderId": "B1", "orderDate": "2025-05-01", "orderStatus": "OPEN",
                "orderNetTotal": {{"amount": {total}}}, "lineItems": [{{"title": "Paper"}}]}}]}}"#
        );
        refresh_business_orders(
            &mut household.conn(),
            Path::new("page.json"),
            page.as_bytes(),
        )
        .unwrap()
    };
    let row = || {
        household.ask("SELECT concat_ws(' ', net_total, order_status) FROM amazon_business_orders")
    };
    fetch("1.00");
    assert_eq!(fetch("2.00").changed.len(), 1);
    assert_eq!(row(), "2.00 OPEN");
    household.execute(&format!(
        "INSERT INTO truelayer_amazon_business_matches (truelayer_transaction_id, amazon_business_order_id, match_confidence)
         SELECT {}, id, 95 FROM amazon_business_orders",
        payment(&household)
    ));
    assert!(!fetch("3.00").changed[0].renewed);
    assert_eq!(row(), "2.00 OPEN");
    assert_eq!(
        household.ask("SELECT count(*) FROM amazon_business_line_items"),
        "1"
    );
}
