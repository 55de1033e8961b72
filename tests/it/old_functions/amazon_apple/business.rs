//! Amazon Business orders and their lines.

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::amazon::{
    AmazonBusinessLineItem, AmazonBusinessOrder, NewAmazonBusinessLineItem, NewAmazonBusinessOrder,
};
use spending_db::operations::amazon_business::{fill_summaries, store_order};
use spending_db::operations::import::amazon::{store_business_line_items, store_business_orders};

use super::{call, run};
use crate::support::TestDatabase;
use crate::support::fixtures;
use crate::support::rows::{assert_conflict, assert_reference, day, decimal};

fn order(conn: &mut PgConnection, number: &str) -> AmazonBusinessOrder {
    AmazonBusinessOrder::find_by_order_id(conn, number)
        .unwrap()
        .unwrap()
}

/// Summary and count of an order.
fn summed(conn: &mut PgConnection, number: &str) -> (Option<String>, Option<i32>) {
    let order = order(conn, number);
    (order.product_summary, order.item_count)
}

fn line(order: &str, id: Value, title: Value, quantity: Value) -> Value {
    json!({"orderId": order, "orderLineItemId": id, "productDetails": {"title": title}, "quantity": quantity})
}

fn import_lines(conn: &mut PgConnection, lines: &[Value]) -> Value {
    call(
        conn,
        "import_amazon_business_line_items",
        json!({"line_items": lines}),
    )
    .unwrap()
}

#[test]
fn parts_that_are_null_count_as_absent() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let orders = json!([
        {"orderId": "1", "orderDate": "2026-03-01", "charges": null, "buyingCustomer": null},
        {"orderId": "2", "orderDate": "2026-03-01T23:30:00-05:00", "charges": {"NET_TOTAL": null, "TAX": {}},
         "buyingCustomer": {}},
        {"orderId": "3", "orderDate": "2026-03-01T01:00:00+09:00",
         "charges": {"NET_TOTAL": {"amount": null, "currency": null}}, "buyingCustomer": {"name": null, "email": null}},
    ]);
    let answer = call(
        conn,
        "import_amazon_business_orders",
        json!({"orders": orders}),
    );
    assert_eq!(answer, Ok(json!([3, 0])));
    for number in ["1", "2"] {
        let order = order(conn, number);
        assert_eq!(order.order_date, day("2026-03-01"));
        assert_eq!(
            [order.subtotal, order.tax, order.shipping, order.net_total],
            std::array::from_fn(|_| Some(decimal("0")))
        );
        assert_eq!(order.currency.as_deref(), Some("GBP"));
        assert_eq!(
            (order.buyer_name.as_deref(), order.buyer_email.as_deref()),
            (Some(""), Some(""))
        );
    }
    let outright = order(conn, "3");
    assert_eq!((outright.net_total, outright.currency), (None, None));
    assert_eq!((outright.buyer_name, outright.buyer_email), (None, None));

    let lines = json!([{
        "orderId": "1", "productDetails": null, "unitPrice": null, "totalPrice": null, "sellerInfo": null,
    }]);
    let answer = call(
        conn,
        "import_amazon_business_line_items",
        json!({"line_items": lines}),
    );
    assert_eq!(answer, Ok(json!(1)));
    let stored = AmazonBusinessLineItem::list_for_order(conn, "1").unwrap();
    assert_eq!((&stored[0].title, &stored[0].unit_price), (&None, &None));
}

#[test]
fn an_order_without_a_day_takes_the_call_with_it() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for bad in [
        json!({"orderId": "2"}),
        json!({"orderId": "2", "orderDate": "soon"}),
        json!({"orderDate": "2026-03-01"}),
    ] {
        let orders = json!([{"orderId": "1", "orderDate": "2026-03-01"}, bad]);
        let failure = call(
            conn,
            "import_amazon_business_orders",
            json!({"orders": orders}),
        )
        .unwrap_err();
        let argument = failure.data["argument"].as_str().unwrap();
        assert!(argument.starts_with("orders[1].order"), "{argument}");
    }
    assert_eq!(AmazonBusinessOrder::list(conn, None, None).unwrap(), []);
}

#[test]
fn defaults_of_the_import_are_those_of_the_table() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [imported, inserted] =
        ["a", "b"].map(|number| NewAmazonBusinessOrder::new(number, day("2026-03-01")));
    assert_eq!(store_business_orders(conn, &[imported]).unwrap().stored, 1);
    let inserted = inserted.insert(conn).unwrap();
    let imported = order(conn, "a");
    assert_eq!(
        (imported.currency, imported.item_count),
        (inserted.currency, inserted.item_count)
    );
}

#[test]
fn only_orders_that_the_call_names_are_summed_up() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for number in ["named", "other"] {
        fixtures::business_order(conn, number);
    }
    run(
        conn,
        "UPDATE amazon_business_orders SET product_summary = 'By hand', item_count = 7",
    );
    let by_hand = (Some("By hand".to_owned()), Some(7));
    assert_eq!(import_lines(conn, &[]), json!(0));
    assert_eq!(summed(conn, "named"), by_hand);
    let lines = [
        line("named", json!("1"), json!("Pen"), json!(2)),
        line("named", json!("2"), json!(null), json!(null)),
    ];
    assert_eq!(import_lines(conn, &lines), json!(2));
    assert_eq!(summed(conn, "named"), (Some("Pen".to_owned()), Some(2)));
    assert_eq!(summed(conn, "other"), by_hand);
}

#[test]
fn a_line_is_stored_once_and_titles_come_in_the_order_of_the_list() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    fixtures::business_order(conn, "A");
    let id = |id: &str| json!(id);
    let first = [
        line("A", id("10"), id("Ten"), json!(1)),
        line("A", id("9"), id("Nine"), json!(1)),
        line("A", id("10"), id("Ten again"), json!(1)),
        line("A", json!(null), id("Loose"), json!(1)),
    ];
    assert_eq!(import_lines(conn, &first), json!(3));
    assert_eq!(
        summed(conn, "A"),
        (Some("Ten, Nine, Loose".to_owned()), Some(3))
    );
    let again = [
        line("A", id("9"), id("Nine"), json!(1)),
        line("A", id("8"), id("Nine"), json!(4)),
    ];
    assert_eq!(import_lines(conn, &again), json!(1));
    assert_eq!(
        summed(conn, "A"),
        (Some("Ten, Nine, Loose, Nine".to_owned()), Some(7))
    );
    assert_eq!(
        import_lines(conn, &[line("A", json!(null), id("Loose"), json!(1))]),
        json!(1)
    );
    assert_eq!(
        AmazonBusinessLineItem::list_for_order(conn, "A")
            .unwrap()
            .len(),
        5
    );
}

#[test]
fn a_line_of_an_unknown_order_takes_the_call_with_it() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    fixtures::business_order(conn, "A");
    let lines = ["A", "B"].map(NewAmazonBusinessLineItem::new);
    assert_reference(
        store_business_line_items(conn, &lines),
        "amazon_business_line_items_order_id_fkey",
    );
    assert_eq!(
        AmazonBusinessLineItem::list_for_order(conn, "A").unwrap(),
        []
    );
    assert_eq!(
        summed(conn, "A"),
        (None, Some(1)),
        "the sums are of the same transaction"
    );
}

#[test]
fn an_order_is_stored_with_its_lines_or_not_at_all() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let new = NewAmazonBusinessOrder::new("A", day("2026-03-01"));
    let line = |order, title| NewAmazonBusinessLineItem {
        title: Some(title),
        quantity: Some(2),
        ..NewAmazonBusinessLineItem::new(order)
    };
    let failed = store_order(conn, &new, &[line("A", "Pen"), line("B", "Ink")]);
    assert!(matches!(failed, Err(Error::Reference { .. })), "{failed:?}");
    assert_eq!(AmazonBusinessOrder::list(conn, None, None).unwrap(), []);
    let stored = store_order(conn, &new, &[line("A", "Pen"), line("A", "Ink")])
        .unwrap()
        .unwrap();
    assert_eq!(
        (stored.product_summary.as_deref(), stored.item_count),
        (Some("Pen, Ink"), Some(4))
    );
    assert_eq!(store_order(conn, &new, &[line("A", "More")]).unwrap(), None);
    assert_eq!(order(conn, "A"), stored);
}

#[test]
fn the_same_line_by_hand_is_a_conflict() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    fixtures::business_order(conn, "A");
    let item = json!({"item": {"order_id": "A", "line_item_id": "1"}});
    call(conn, "insert_amazon_business_line_item", &item).unwrap();
    let failure = call(conn, "insert_amazon_business_line_item", &item).unwrap_err();
    assert_eq!(failure.data["kind"], "conflict");
    let new = NewAmazonBusinessLineItem {
        line_item_id: Some("1"),
        ..NewAmazonBusinessLineItem::new("A")
    };
    assert_conflict(
        new.insert(conn),
        "amazon_business_line_items_order_id_line_item_id_key",
    );
}

#[test]
fn only_orders_that_get_a_summary_are_counted() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for number in ["titles", "no lines", "no titles", "empty", "by hand"] {
        fixtures::business_order(conn, number);
    }
    run(
        conn,
        "UPDATE amazon_business_orders SET product_summary = '' WHERE order_id IN ('empty', 'no titles');
         UPDATE amazon_business_orders SET product_summary = 'By hand' WHERE order_id = 'by hand'",
    );
    for (number, title) in [
        ("titles", Some("Pen")),
        ("titles", None),
        ("titles", Some("")),
        ("titles", Some("Ink")),
        ("no titles", None),
        ("empty", Some("Cup")),
        ("by hand", Some("Mug")),
    ] {
        let new = NewAmazonBusinessLineItem {
            title,
            ..NewAmazonBusinessLineItem::new(number)
        };
        new.insert(conn).unwrap();
    }
    assert_eq!(fill_summaries(conn).unwrap(), 2);
    assert_eq!(
        fill_summaries(conn).unwrap(),
        0,
        "again there is nothing to do"
    );
    let mut summary = |number| summed(conn, number).0;
    assert_eq!(summary("titles").as_deref(), Some("Pen, , Ink"));
    assert_eq!(summary("empty").as_deref(), Some("Cup"));
    assert_eq!(summary("by hand").as_deref(), Some("By hand"));
    assert_eq!(summary("no lines"), None);
    assert_eq!(
        summary("no titles").as_deref(),
        Some(""),
        "it stays as it was"
    );
}
