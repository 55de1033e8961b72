//! Importing lists: what is counted as imported is stored, and what is there already costs its neighbours nothing.

use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::amazon::{AmazonOrder, AmazonReturn, NewAmazonOrder, NewAmazonReturn};
use spending_db::models::apple::{AppleTransaction, NewAppleTransaction};
use spending_db::operations::import::Imported;
use spending_db::operations::import::amazon::{store_orders, store_returns};
use spending_db::operations::import::apple::store_transactions;
use spending_db::types::TrueLayerTransactionId;

use super::call;
use crate::support::TestDatabase;
use crate::support::rows::{day, decimal};

fn counts(imported: &Imported) -> (u64, u64, Vec<u64>) {
    let refused = imported.refused.iter().map(|refused| refused.position);
    (imported.stored, imported.duplicate, refused.collect())
}

fn order(id: &str) -> Value {
    json!({
        "order_id": id, "order_date": "2026-03-01", "website": "Amazon.co.uk", "currency": "GBP", "total_owed": "1.50",
        "product_names": "A book",
    })
}

fn refund(id: &str) -> Value {
    json!({
        "order_id": "A", "reversal_id": id, "refund_completion_date": "2026-03-01", "currency": "GBP",
        "amount_refunded": 1.5,
    })
}

fn purchase(id: &str) -> Value {
    json!({"order_id": id, "order_date": "2026-03-01", "total_amount": "0.99", "app_names": "A game"})
}

/// The three imports by their old names: the name, the list's name, a record, the key.
type Import = (&'static str, &'static str, fn(&str) -> Value, &'static str);

const IMPORTS: [Import; 3] = [
    ("import_amazon_orders", "orders", order, "order_id"),
    ("import_amazon_returns", "returns", refund, "reversal_id"),
    (
        "import_apple_transactions",
        "transactions",
        purchase,
        "order_id",
    ),
];

/// The keys that a list function answers, in their order by name.
fn keys(conn: &mut diesel::PgConnection, list: &str, key: &str) -> Vec<String> {
    let rows = call(conn, list, json!({})).unwrap();
    let rows = rows.as_array().unwrap().iter();
    let mut keys: Vec<_> = rows
        .map(|row| row[key].as_str().unwrap().to_owned())
        .collect();
    keys.sort();
    keys
}

#[test]
fn a_duplicate_costs_its_neighbours_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for ((import, argument, record, key), list) in IMPORTS.into_iter().zip([
        "get_amazon_orders",
        "get_amazon_returns",
        "get_apple_transactions",
    ]) {
        let mut import = |records: &[&str]| {
            let records: Vec<Value> = records.iter().map(|id| record(id)).collect();
            call(
                conn,
                import,
                json!({argument: records, "source_file": "x.csv"}),
            )
            .unwrap()
        };
        assert_eq!(import(&["known"]), json!([1, 0]));
        assert_eq!(import(&["one", "known", "two"]), json!([2, 1]), "{list}");
        assert_eq!(import(&["three", "three"]), json!([1, 1]), "{list}");
        assert_eq!(import(&["one", "two", "three"]), json!([0, 3]), "{list}");
        assert_eq!(import(&[]), json!([0, 0]), "{list}");
        assert_eq!(keys(conn, list, key), ["known", "one", "three", "two"]);
    }
}

#[test]
fn null_is_never_a_duplicate() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for (import, argument, record, key) in IMPORTS {
        for value in [Value::Null, json!(5)] {
            let mut bad = record("bad");
            bad[key] = value;
            let records = json!({argument: [record("good"), bad], "source_file": null});
            let failure = call(conn, import, records).unwrap_err();
            assert_eq!(failure.code, -32602, "{import}");
            assert_eq!(failure.data["argument"], format!("{argument}[1].{key}"));
        }
        let mut bad = record("bad");
        bad.as_object_mut().unwrap().remove(key);
        let records = json!({argument: [bad], "source_file": null});
        let failure = call(conn, import, records).unwrap_err();
        assert!(failure.message.contains("is missing"), "{failure:?}");
    }
    assert_eq!(AmazonOrder::list(conn, None, None, None).unwrap(), []);
    assert_eq!(AmazonReturn::list(conn, None).unwrap(), []);
    assert_eq!(AppleTransaction::order_ids(conn).unwrap(), [""; 0]);
}

#[test]
fn a_date_that_cannot_be_read_is_an_error() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let mut bad = order("bad");
    bad["order_date"] = json!("03/01/2026");
    let records = json!({"orders": [bad], "source_file": null});
    let failure = call(conn, "import_amazon_orders", records).unwrap_err();
    assert_eq!(failure.data["argument"], "orders[0].order_date");
}

#[test]
fn what_the_database_refuses_is_refused_alone() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (date, amount) = (day("2026-03-01"), decimal("1.50"));
    let order = |id, currency| NewAmazonOrder::new(id, date, "x", currency, &amount, "A book");
    let orders = [
        order("z", "GBP"),
        order("bad", "POUND"),
        order("a", "GBP"),
        order("z", "GBP"),
        order("worse", ""),
    ];
    let imported = store_orders(conn, &orders).unwrap();
    assert_eq!(counts(&imported), (2, 1, vec![2, 5]));
    assert!(
        imported.refused[0].reason.contains("currency"),
        "{imported:?}"
    );
    let stored = AmazonOrder::list(conn, None, None, None).unwrap();
    let mut stored: Vec<_> = stored.iter().map(|order| order.order_id.as_str()).collect();
    stored.sort_unstable();
    assert_eq!(stored, ["a", "z"]);

    let refund = |id, currency| NewAmazonReturn::new("A", id, date, currency, &amount);
    let returns = [refund("one", "EURO"), refund("two", "EUR")];
    assert_eq!(
        counts(&store_returns(conn, &returns).unwrap()),
        (1, 0, vec![1])
    );

    let purchase = |id, currency| NewAppleTransaction::new(id, date, &amount, currency, "A game");
    let purchases = [purchase("one", "USD"), purchase("two", "US")];
    let imported = store_transactions(conn, &purchases).unwrap();
    assert_eq!(counts(&imported), (1, 0, vec![2]));
}

#[test]
fn under_the_old_names_a_refused_record_takes_the_call_with_it() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for (import, argument, record, _) in IMPORTS {
        let mut bad = record("bad");
        bad["currency"] = json!("STERLING");
        let records = json!({argument: [record("good"), bad], "source_file": null});
        let answer = call(conn, import, records);
        if import == "import_apple_transactions" {
            let failure = answer.unwrap_err();
            assert_eq!(failure.data["argument"], "transactions[1].currency");
            assert!(!failure.message.contains("STERLING"), "{failure:?}");
        } else {
            assert_eq!(answer, Ok(json!([1, 1])), "as recorded");
        }
    }
    assert_eq!(AmazonOrder::list(conn, None, None, None).unwrap(), []);
    assert_eq!(AmazonReturn::list(conn, None).unwrap(), []);
    assert_eq!(AppleTransaction::order_ids(conn).unwrap(), [""; 0]);
}

#[test]
fn a_known_record_keeps_its_values() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (date, amount, other) = (day("2026-03-01"), decimal("1.50"), decimal("2"));
    let first = NewAmazonOrder {
        source_file: Some("first.csv"),
        ..NewAmazonOrder::new("A", date, "x", "GBP", &amount, "A book")
    };
    store_orders(conn, &[first]).unwrap();
    let before = AmazonOrder::find_by_order_id(conn, "A").unwrap().unwrap();
    assert_eq!(before.source_file.as_deref(), Some("first.csv"));
    let again = NewAmazonOrder {
        order_status: Some("Cancelled"),
        source_file: Some("second.csv"),
        ..NewAmazonOrder::new("A", date, "y", "USD", &other, "Changed")
    };
    assert_eq!(
        counts(&store_orders(conn, &[again]).unwrap()),
        (0, 1, vec![])
    );
    let after = AmazonOrder::find_by_order_id(conn, "A").unwrap().unwrap();
    assert_eq!(after, before);
}

#[test]
fn a_refund_of_an_unknown_payment_stores_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (date, amount) = (day("2026-03-01"), decimal("1.50"));
    let linked = NewAmazonReturn {
        original_transaction_id: Some(TrueLayerTransactionId(5)),
        ..NewAmazonReturn::new("A", "linked", date, "GBP", &amount)
    };
    let free = NewAmazonReturn::new("A", "free", date, "GBP", &amount);
    let outcome = store_returns(conn, &[free, linked]);
    assert!(
        matches!(outcome, Err(Error::Reference { .. })),
        "{outcome:?}"
    );
    assert_eq!(AmazonReturn::list(conn, None).unwrap(), []);
}

#[test]
fn a_long_list_goes_in_by_batches() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (date, amount) = (day("2026-03-01"), decimal("1.50"));
    let ids: Vec<String> = (0..12_000).map(|number| number.to_string()).collect();
    let orders: Vec<_> = ids
        .iter()
        .map(|id| NewAmazonOrder::new(id, date, "x", "GBP", &amount, "A book"))
        .collect();
    assert_eq!(
        counts(&store_orders(conn, &orders[..4_000]).unwrap()),
        (4_000, 0, vec![])
    );
    assert_eq!(
        counts(&store_orders(conn, &orders).unwrap()),
        (8_000, 4_000, vec![])
    );
}
