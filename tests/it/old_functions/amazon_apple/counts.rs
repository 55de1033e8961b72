//! Counts: whole days, matched payments only, each purchase once, an owner's own.

use serde_json::json;
use spending_db::models::apple::AppleTransaction;
use spending_db::operations::amazon_orders::{self, coverage};
use spending_db::operations::matching::{amazon, amazon_business, apple};
use spending_db::operations::{amazon_business as business, apple_purchases};
use spending_db::types::EVERYONE;

use super::{call, pay, run};
use crate::support::TestDatabase;
use crate::support::fixtures::{self, Household};
use crate::support::rows::day;

#[test]
fn coverage_counts_the_whole_last_day_and_no_more() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let user = fixtures::user(conn, "ada");
    let bank = fixtures::bank_connection(conn, user, "bank");
    let account = fixtures::account(conn, bank, "a");
    for time in [
        "2026-03-09T23:59:59.999999Z",
        "2026-03-10T00:00:00Z",
        "2026-03-12T00:00:00Z",
        "2026-03-12T23:59:59.999999Z",
        "2026-03-13T00:00:00Z",
    ] {
        pay(conn, account, "AMZN", None, time);
    }
    let found = coverage(conn, user, day("2026-03-10"), day("2026-03-12")).unwrap();
    assert_eq!(found.payments, 3);
    let one_day = coverage(conn, user, day("2026-03-12"), day("2026-03-12")).unwrap();
    assert_eq!(one_day.payments, 2);
}

#[test]
fn coverage_has_three_days_more_of_orders_on_either_side() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let user = fixtures::user(conn, "ada");
    for (number, date) in [
        ("1", "2026-03-06"),
        ("2", "2026-03-07"),
        ("3", "2026-03-15"),
        ("4", "2026-03-16"),
    ] {
        fixtures::amazon_order(conn, number);
        run(
            conn,
            &format!("UPDATE amazon_orders SET order_date = '{date}' WHERE order_id = '{number}'"),
        );
    }
    let mut orders = |first, last| coverage(conn, user, day(first), day(last)).unwrap().orders;
    assert_eq!(orders("2026-03-10", "2026-03-12"), 2);
    assert_eq!(orders("2026-03-09", "2026-03-13"), 4);
    assert_eq!(
        orders("2026-03-11", "2026-03-10"),
        0,
        "the ends are swapped"
    );
}

#[test]
fn only_what_looks_like_amazon_is_counted_as_matched() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let groceries = pay(
        conn,
        home.account,
        "GROCERIES",
        None,
        "2026-03-01T09:00:00Z",
    );
    for transaction in [groceries, home.payment] {
        amazon::match_order(conn, EVERYONE, transaction, home.order, 90.into()).unwrap();
    }
    let answer = call(
        conn,
        "check_amazon_coverage",
        json!({"date_from": "2026-03-01", "date_to": "2026-03-01"}),
    )
    .unwrap();
    assert_eq!(answer["amazon_transactions"], 2);
    assert_eq!(answer["matched_count"], 1);
    assert_eq!(answer["match_rate"], json!(50.0));
}

#[test]
fn counts_are_of_the_owners_payments() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    amazon::match_order(conn, EVERYONE, ada.payment, ada.order, 90.into()).unwrap();
    amazon_business::match_order(conn, EVERYONE, ada.refund, ada.business_order, 90).unwrap();
    for (owner, matched, unmatched) in [
        (Some(ada.user), 1, 1),
        (Some(bob.user), 0, 2),
        (EVERYONE, 1, 3),
    ] {
        let retail = amazon_orders::statistics(conn, owner).unwrap();
        assert_eq!(
            (retail.total_orders, retail.matched, retail.unmatched),
            (4, matched, unmatched)
        );
        let listed = amazon::unmatched(conn, owner).unwrap();
        assert_eq!(i64::try_from(listed.len()).unwrap(), unmatched);
        let covered = coverage(conn, owner, day("2026-03-01"), day("2026-03-01")).unwrap();
        assert_eq!(
            (covered.payments, covered.matched),
            (matched + unmatched, matched)
        );
    }
    for (owner, matched, unmatched) in [
        (Some(ada.user), 1, 0),
        (Some(bob.user), 0, 2),
        (EVERYONE, 1, 2),
    ] {
        let of_business = business::statistics(conn, owner).unwrap();
        assert_eq!(
            (of_business.matched, of_business.unmatched),
            (matched, unmatched)
        );
        let listed = amazon_business::unmatched(conn, owner).unwrap();
        assert_eq!(i64::try_from(listed.len()).unwrap(), unmatched);
    }
}

#[test]
fn a_purchase_that_was_paid_twice_counts_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for transaction in [home.payment, home.refund] {
        apple::match_purchase(conn, EVERYONE, transaction, home.purchase, 90).unwrap();
    }
    let found = apple_purchases::statistics(conn, EVERYONE).unwrap();
    assert_eq!(
        (found.total_purchases, found.matched, found.unmatched()),
        (2, 1, 1)
    );
    run(
        conn,
        "UPDATE apple_transactions SET currency = 'USD' WHERE order_id LIKE '%other%'",
    );
    let answer = call(conn, "get_apple_statistics", json!({})).unwrap();
    assert_eq!(answer["total_spent"], json!(25.0));
    assert_eq!(
        answer["total_spent_by_currency"],
        json!({"GBP": "12.50", "USD": "12.50"})
    );
    assert_eq!(answer["matched_transactions"], 1);
    let bob = fixtures::user(conn, "bob");
    assert_eq!(apple_purchases::statistics(conn, bob).unwrap().matched, 0);
    assert_eq!(AppleTransaction::order_ids(conn).unwrap().len(), 2);
}
