//! Threads that match and import the same at once leave it as one after the other would, and none fails.

use std::sync::atomic::{AtomicU64, Ordering};

use diesel::prelude::*;
use spending_db::models::amazon::{
    AmazonBusinessConnection, AmazonBusinessLineItem, AmazonBusinessOrder, AmazonOrder,
    NewAmazonBusinessConnection, NewAmazonBusinessLineItem, NewAmazonOrder,
};
use spending_db::operations::import::amazon::{store_business_line_items, store_orders};
use spending_db::operations::matching::{amazon, amazon_business, apple};
use spending_db::operations::{amazon_orders, apple_purchases};
use spending_db::types::{EVERYONE, EncryptedToken};

use super::{run, sources};
use crate::support::TestDatabase;
use crate::support::fixtures::{self, Household};
use crate::support::rows::{day, decimal};
use crate::support::threads::{ROUNDS, race};

fn primaries(conn: &mut PgConnection, home: &Household) -> Vec<String> {
    let mut sources = sources(conn, home.payment);
    sources.retain(|source| source.starts_with('*'));
    sources
}

#[test]
fn matchers_of_one_payment_leave_one_primary() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    run(
        conn,
        "UPDATE amazon_business_orders SET product_summary = 'A chair'",
    );
    let retail = |conn: &mut PgConnection, round: usize| {
        let order = [home.order, home.other_order][round % 2];
        amazon::match_order(conn, home.user, home.payment, order, 90.into()).unwrap();
    };
    let other_retail = |conn: &mut PgConnection, _| {
        amazon::match_order(conn, home.user, home.payment, home.other_order, 80.into()).unwrap();
    };
    let business = |conn: &mut PgConnection, _| {
        amazon_business::match_order(conn, home.user, home.payment, home.business_order, 70)
            .unwrap();
    };
    let purchase = |conn: &mut PgConnection, _| {
        apple::match_purchase(conn, home.user, home.payment, home.purchase, 60).unwrap();
    };
    race(&db, &[&retail, &retail], |conn, _| {
        assert_eq!(primaries(conn, &home).len(), 1);
    });
    race(
        &db,
        &[&retail, &other_retail, &business, &purchase],
        |conn, _| {
            assert_eq!(primaries(conn, &home).len(), 1);
        },
    );
}

#[test]
fn a_purchase_never_displaces_a_retail_order() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let retail = |conn: &mut PgConnection, _| {
        amazon::match_order(conn, EVERYONE, home.payment, home.order, 90.into()).unwrap();
    };
    let purchase = |conn: &mut PgConnection, _| {
        apple::match_purchase(conn, EVERYONE, home.payment, home.purchase, 60).unwrap();
    };
    race(&db, &[&purchase, &retail, &purchase], |conn, _| {
        let expected = [
            format!("*amazon {} 90", home.order.0),
            format!("apple {} 60", home.purchase.0),
        ];
        assert_eq!(sources(conn, home.payment), expected);
        run(conn, "DELETE FROM transaction_enrichment_sources");
    });
}

#[test]
fn a_run_over_all_payments_and_single_matches_take_an_order_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    run(
        conn,
        "DELETE FROM amazon_orders WHERE order_id LIKE '%other%'; \
         UPDATE truelayer_transactions SET \"timestamp\" = '2026-02-28 12:00Z'",
    );
    let all = |conn: &mut PgConnection, _| {
        amazon::match_amazon(conn, None).unwrap();
    };
    let single = |conn: &mut PgConnection, _| {
        amazon::match_order(conn, EVERYONE, home.refund, home.order, 90.into()).unwrap();
    };
    race(&db, &[&all, &single, &all], |conn, _| {
        let first = sources(conn, home.payment).len() + sources(conn, home.refund).len();
        // Who matches by hand may take an order twice; a run over all may not.
        assert!((1..=2).contains(&first));
        amazon::match_amazon(conn, None).unwrap();
        let second = sources(conn, home.payment).len() + sources(conn, home.refund).len();
        assert_eq!(second, first, "what is taken stays taken");
        run(
            conn,
            "DELETE FROM truelayer_amazon_transaction_matches; DELETE FROM transaction_enrichment_sources",
        );
    });
}

#[test]
fn clearing_while_matching_leaves_no_source_without_its_order() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let numbers: Vec<String> = (0..ROUNDS).map(|round| format!("order {round}")).collect();
    let matches = |conn: &mut PgConnection, round: usize| {
        let order = AmazonOrder::find_by_order_id(conn, &numbers[round]).unwrap();
        let Some(order) = order else { return };
        let outcome = amazon::match_order(conn, EVERYONE, home.payment, order.id, 90.into());
        assert!(
            matches!(outcome, Ok(()) | Err(spending_db::Error::NotFound)),
            "{outcome:?}"
        );
    };
    let clears = |conn: &mut PgConnection, _| {
        amazon_orders::clear(conn).unwrap();
    };
    let clears_apple = |conn: &mut PgConnection, _| {
        apple_purchases::clear(conn).unwrap();
    };
    fixtures::amazon_order(conn, &numbers[0]);
    race(
        &db,
        &[&matches, &clears, &matches, &clears_apple],
        |conn, round| {
            assert_eq!(sources(conn, home.payment), [""; 0]);
            if let Some(next) = numbers.get(round + 1) {
                fixtures::amazon_order(conn, next);
            }
        },
    );
}

#[test]
fn imports_of_the_same_orders_store_each_once() {
    let db = TestDatabase::new();
    let (date, amount) = (day("2026-03-01"), decimal("1.50"));
    let stored = AtomicU64::new(0);
    let import = |conn: &mut PgConnection, round: usize, backwards: bool| {
        let mut ids: Vec<String> = (0..40).map(|number| format!("{round}-{number}")).collect();
        if backwards {
            ids.reverse();
        }
        let orders: Vec<_> = ids
            .iter()
            .map(|id| NewAmazonOrder::new(id, date, "x", "GBP", &amount, "A book"))
            .collect();
        let imported = store_orders(conn, &orders).unwrap();
        assert_eq!(imported.stored + imported.duplicate, 40);
        stored.fetch_add(imported.stored, Ordering::Relaxed);
    };
    let forwards = |conn: &mut PgConnection, round| import(conn, round, false);
    let backwards = |conn: &mut PgConnection, round| import(conn, round, true);
    race(&db, &[&forwards, &backwards, &forwards], |_, _| {
        assert_eq!(stored.swap(0, Ordering::Relaxed), 40);
    });
}

#[test]
fn lines_added_at_once_are_all_summed_up() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let orders = ["one", "two"];
    for order in orders {
        fixtures::business_order(conn, order);
    }
    let add = |conn: &mut PgConnection, round: usize, worker: usize, orders: [&str; 2]| {
        let id = format!("{round}-{worker}");
        let lines = orders.map(|order| NewAmazonBusinessLineItem {
            line_item_id: Some(&id),
            title: Some(&id),
            quantity: Some(1),
            ..NewAmazonBusinessLineItem::new(order)
        });
        assert_eq!(store_business_line_items(conn, &lines).unwrap().stored, 2);
    };
    let first = |conn: &mut PgConnection, round| add(conn, round, 1, ["one", "two"]);
    let second = |conn: &mut PgConnection, round| add(conn, round, 2, ["two", "one"]);
    let third = |conn: &mut PgConnection, round| add(conn, round, 3, ["one", "two"]);
    race(&db, &[&first, &second, &third], |conn, round| {
        for number in orders {
            let order = AmazonBusinessOrder::find_by_order_id(conn, number)
                .unwrap()
                .unwrap();
            let lines = AmazonBusinessLineItem::list_for_order(conn, number).unwrap();
            let titles: Vec<_> = lines
                .iter()
                .filter_map(|line| line.title.as_deref())
                .collect();
            assert_eq!(lines.len(), 3 * (round + 1));
            assert_eq!(order.item_count, i32::try_from(lines.len()).ok());
            assert_eq!(order.product_summary, Some(titles.join(", ")));
        }
    });
}

#[test]
fn connecting_at_once_leaves_one_active_connection() {
    let db = TestDatabase::new();
    let user = fixtures::user(&mut db.conn(), "ada");
    let connects = |conn: &mut PgConnection, _| {
        let (access, refresh) = (
            EncryptedToken::from_stored("access"),
            EncryptedToken::from_stored("refresh"),
        );
        NewAmazonBusinessConnection::new(user, &access, &refresh)
            .connect(conn)
            .unwrap();
    };
    race(&db, &[&connects, &connects, &connects], |conn, round| {
        let rows = AmazonBusinessConnection::list_for_user(conn, user).unwrap();
        assert_eq!(rows.len(), 3 * (round + 1));
        let active = rows
            .iter()
            .filter(|row| row.status.as_deref() == Some("active"));
        assert_eq!(active.count(), 1);
    });
}
