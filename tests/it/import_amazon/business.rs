//! Importing what the Amazon Business reporting API answers.

use std::path::Path;

use spending_db::operations::import::ImportReport;
use spending_db::operations::import::amazon::import_business_orders;
use spending_db::{Error, Result};

use crate::household::{Household, counts, incompressible};
use crate::support::threads::at_once;

fn import(household: &Household, page: &str) -> Result<ImportReport> {
    import_business_orders(
        &mut household.conn(),
        Path::new("x/page.json"),
        page.as_bytes(),
    )
}

/// An order with lines of these titles.
fn order(id: &str, titles: &[&str]) -> String {
    let lines: Vec<String> = titles
        .iter()
        .map(|title| {
            format!(
                r#"{{"asin": "B0", "title": "{title}", "productCategory": "Office", "itemQuantity": 2,
                    "purchasedPricePerUnit": {{"amount": 5.05}}, "itemNetTotal": {{"amount": 10.10}},
                    "seller": {{"name": "Papers"}}}}"#
            )
        })
        .collect();
    format!(
        r#"{{"orderId": "{id}", "orderDate": "2025-05-02T23:30:00Z", "orderStatus": "CLOSED", "purchaseOrderNumber": "PO",
            "buyingCustomer": {{"name": "Ann", "email": "ann@example.org"}}, "orderSubTotal": {{"amount": 10.10}},
            "orderTax": {{"amount": 2.02}}, "orderShippingAndHandling": {{"amount": 0}},
            "orderNetTotal": {{"amount": 12.12, "currencyCode": "EUR"}}, "lineItems": [{}]}}"#,
        lines.join(", ")
    )
}

fn page(orders: &[String]) -> String {
    format!(
        r#"{{"orders": [{}], "nextPageToken": "t"}}"#,
        orders.join(", ")
    )
}

#[test]
fn an_order_is_stored_with_its_lines() {
    let household = Household::new();
    let file = page(&[
        order("B1", &["Paper", "Pens"]),
        order("B2", &[]),
        order("B1", &["Other"]),
    ]);
    let report = import(&household, &file).unwrap();
    assert_eq!(report.file, "page.json");
    assert_eq!(counts(&report), (2, 1, vec![]));
    assert_eq!(
        household.ask(
            "SELECT string_agg(concat_ws(' ', order_id, order_date, purchase_order_number, order_status, buyer_name, buyer_email,
                 subtotal, tax, shipping, net_total, currency, item_count, product_summary), '; ' ORDER BY order_id)
             FROM amazon_business_orders"
        ),
        "B1 2025-05-02 PO CLOSED Ann ann@example.org 10.10 2.02 0 12.12 EUR 2 Paper, Pens; \
         B2 2025-05-02 PO CLOSED Ann ann@example.org 10.10 2.02 0 12.12 EUR 0"
    );
    assert_eq!(
        household.ask(
            "SELECT string_agg(concat_ws(' ', order_id, asin, title, category, quantity, unit_price, total_price, seller_name,
                 coalesce(line_item_id, 'null')), '; ' ORDER BY id)
             FROM amazon_business_line_items"
        ),
        "B1 B0 Paper Office 2 5.05 10.10 Papers null; B1 B0 Pens Office 2 5.05 10.10 Papers null"
    );
    let before = household.dump();
    assert_eq!(counts(&import(&household, &file).unwrap()), (0, 3, vec![]));
    assert_eq!(household.dump(), before);
}

#[test]
fn faults_cost_their_own_order_only() {
    let household = Household::new();
    let report = import(
        &household,
        &page(&[
            order("B1", &["Paper"]),
            r#"{"orderId": "B2"}"#.to_owned(),
            order(&incompressible(), &["Pens"]),
            order("B4", &["Ink"]).replace(r#""itemQuantity": 2"#, r#""itemQuantity": "two""#),
            order("B5", &["Glue"]),
        ]),
    )
    .unwrap();
    assert_eq!(counts(&report), (2, 0, vec![2, 3, 4]));
    let reasons: Vec<_> = report
        .refused
        .iter()
        .map(|refused| refused.reason.as_str())
        .collect();
    assert_eq!(reasons[0], "orderDate: missing");
    assert!(reasons[1].contains("index row"), "{reasons:?}");
    assert_eq!(
        reasons[2],
        "lineItems[0].itemQuantity: \"two\" is not a whole number"
    );
    assert_eq!(
        household.ask(
            "SELECT string_agg(order_id || title, ' ' ORDER BY id) FROM amazon_business_line_items"
        ),
        "B1Paper B5Glue"
    );
}

#[test]
fn a_file_that_is_no_answer_stores_nothing() {
    let household = Household::new();
    let cut = page(&[order("B1", &["Paper"])]).replace("]}]", "");
    for file in ["", "<html>", r#"{"errors": []}"#, cut.as_str()] {
        let error = import(&household, file).unwrap_err();
        assert!(matches!(error, Error::Import { .. }), "{error}");
    }
    assert_eq!(
        household.ask("SELECT count(*) FROM amazon_business_orders"),
        "0"
    );
}

#[test]
fn imports_at_once_store_each_order_and_its_lines_once() {
    let household = Household::new();
    let mut orders: Vec<String> = (0..500)
        .map(|number| order(&format!("B{number}"), &["Paper", "Pens"]))
        .collect();
    let forwards = page(&orders);
    orders.reverse();
    let backwards = page(&orders);
    let stored = at_once(&household.test, 4, |conn, number| {
        let file = if number % 2 == 0 {
            &forwards
        } else {
            &backwards
        };
        import_business_orders(conn, Path::new("page.json"), file.as_bytes())
            .unwrap()
            .stored
    });
    assert_eq!(stored.iter().sum::<u64>(), 500);
    assert_eq!(
        household.ask("SELECT count(*) FROM amazon_business_line_items"),
        "1000"
    );
}
