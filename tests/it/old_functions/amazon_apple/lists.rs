//! Lists: a stated order, each row once, an owner's own.

use diesel::prelude::*;
use serde_json::json;
use spending_db::models::amazon::{AmazonBusinessOrder, AmazonOrder};
use spending_db::models::apple::MatchedAppleTransaction;
use spending_db::models::truelayer::TrueLayerTransaction;
use spending_db::operations::matching::{amazon, amazon_business, apple};
use spending_db::types::{AppleTransactionId, EVERYONE, TrueLayerTransactionId};

use super::{call, pay, run};
use crate::support::TestDatabase;
use crate::support::fixtures::{self, Household};
use crate::support::rows::assert_not_found;

#[test]
fn orders_of_one_day_come_by_id() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ids = ["one", "two", "three"].map(|number| fixtures::amazon_order(conn, number));
    let listed = AmazonOrder::list(conn, None, None, None).unwrap();
    let listed: Vec<_> = listed.into_iter().map(|order| order.id).collect();
    assert_eq!(listed, [ids[2], ids[1], ids[0]]);
    let ids = ["one", "two", "three"].map(|number| fixtures::business_order(conn, number));
    let listed = AmazonBusinessOrder::list(conn, None, None).unwrap();
    let listed: Vec<_> = listed.into_iter().map(|order| order.id).collect();
    assert_eq!(listed, [ids[2], ids[1], ids[0]]);
    let ids = ["one", "two", "three"].map(|number| fixtures::apple_transaction(conn, number));
    let listed = MatchedAppleTransaction::list(conn, EVERYONE, None, None).unwrap();
    let listed: Vec<_> = listed.into_iter().map(|row| row.purchase.id).collect();
    assert_eq!(listed, [ids[2], ids[1], ids[0]]);
}

#[test]
fn a_purchase_that_was_paid_twice_is_listed_once_with_its_last_match() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let matched = |conn: &mut PgConnection, owner| {
        let rows = MatchedAppleTransaction::list(conn, owner, None, None).unwrap();
        assert_eq!(rows.len(), 4);
        let row = rows.into_iter().find(|row| row.purchase.id == ada.purchase);
        row.unwrap().matched_bank_transaction_id
    };
    assert_eq!(matched(conn, EVERYONE), None);
    for transaction in [bob.payment, ada.refund, ada.payment] {
        apple::match_purchase(conn, EVERYONE, transaction, ada.purchase, 90).unwrap();
        assert_eq!(matched(conn, EVERYONE), Some(transaction));
    }
    assert_eq!(matched(conn, Some(ada.user)), Some(ada.payment));
    assert_eq!(matched(conn, Some(bob.user)), Some(bob.payment));
    run(
        conn,
        "UPDATE apple_transaction_matches SET matched_at = '2020-01-01Z'",
    );
    assert_eq!(
        matched(conn, EVERYONE),
        Some(ada.payment),
        "equal times: the greatest id"
    );
    run(
        conn,
        "UPDATE apple_transaction_matches SET matched_at = NULL WHERE id = (SELECT max(id) FROM apple_transaction_matches)",
    );
    assert_eq!(
        matched(conn, EVERYONE),
        Some(ada.refund),
        "a match without a time comes last"
    );
}

#[test]
fn a_purchase_is_found_by_its_id() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let id = fixtures::apple_transaction(conn, "MAAA000001");
    let answer = call(conn, "get_apple_transaction_by_id", json!([id])).unwrap();
    assert_eq!(answer["order_id"], "MAAA000001");
    let none = call(
        conn,
        "get_apple_transaction_by_id",
        json!([AppleTransactionId(99_999)]),
    );
    assert_eq!(none, Ok(json!(null)));
    let failure = call(conn, "get_apple_transaction_by_id", json!(["MAAA000001"])).unwrap_err();
    assert_eq!(failure.data["argument"], "order_id");
}

#[test]
fn a_transaction_is_found_by_its_owner() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    assert_not_found(TrueLayerTransaction::find(conn, bob.user, ada.payment));
    let answer = call(
        conn,
        "get_truelayer_transaction_for_matching",
        json!([ada.payment]),
    )
    .unwrap();
    assert_eq!(answer["date"], "2026-03-01T12:00:00Z");
    assert_eq!(answer["merchant"], json!(null));
}

/// What the three lists of unmatched transactions hold, each with this transaction or not.
fn listed(conn: &mut PgConnection, id: TrueLayerTransactionId) -> [bool; 3] {
    [
        amazon::unmatched(conn, EVERYONE).unwrap(),
        amazon_business::unmatched(conn, EVERYONE).unwrap(),
        apple::unmatched(conn, EVERYONE).unwrap(),
    ]
    .map(|rows| rows.iter().any(|row| row.id == id))
}

#[test]
fn a_vendor_is_known_by_its_name_anywhere() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let user = fixtures::user(conn, "ada");
    let bank = fixtures::bank_connection(conn, user, "bank");
    let account = fixtures::account(conn, bank, "a");
    for (description, merchant, expected) in [
        ("AMAZON.CO.UK", None, [true, true, false]),
        ("card to hamazonia", None, [true, true, false]),
        ("x", Some("aMaZoN"), [true, true, false]),
        ("AMZN", None, [true, false, false]),
        ("x", Some("Amzn Mktp"), [true, false, false]),
        ("AMAZON AMZN MKTP UK", None, [true, false, false]),
        ("AMAZON", Some("AMZN MKTP"), [true, true, false]),
        ("AMZ*KINDLE", None, [false, false, false]),
        ("pineapple", None, [false, false, true]),
        ("x", Some("AppleGreen"), [false, false, true]),
        ("ITUNES", None, [false, false, false]),
        ("APPLE AMAZON", None, [true, true, true]),
    ] {
        let id = pay(conn, account, description, merchant, "2026-03-01T09:00:00Z");
        assert_eq!(listed(conn, id), expected, "{description} {merchant:?}");
        run(conn, "DELETE FROM truelayer_transactions");
    }
}

#[test]
fn unmatched_transactions_come_newest_first_and_leave_when_matched() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    run(
        conn,
        "UPDATE truelayer_transactions SET description = 'APPLE AMAZON'",
    );
    let newest = pay(
        conn,
        home.account,
        "APPLE AMAZON",
        None,
        "2026-03-02T00:00:00Z",
    );
    let ids =
        |rows: Vec<TrueLayerTransaction>| rows.into_iter().map(|row| row.id).collect::<Vec<_>>();
    let all = [newest, home.refund, home.payment];
    assert_eq!(ids(amazon::unmatched(conn, home.user).unwrap()), all);
    assert_eq!(
        ids(amazon_business::unmatched(conn, home.user).unwrap()),
        all
    );
    assert_eq!(ids(apple::unmatched(conn, home.user).unwrap()), all);

    amazon_business::match_order(conn, EVERYONE, newest, home.business_order, 90).unwrap();
    assert_eq!(
        ids(amazon::unmatched(conn, EVERYONE).unwrap()),
        all,
        "a Business match makes no difference"
    );
    amazon::match_order(conn, EVERYONE, home.refund, home.order, 90.into()).unwrap();
    assert_eq!(
        ids(amazon_business::unmatched(conn, EVERYONE).unwrap()),
        [home.payment]
    );
    assert_eq!(
        ids(amazon::unmatched(conn, EVERYONE).unwrap()),
        [newest, home.payment]
    );
    apple::match_purchase(conn, EVERYONE, home.payment, home.purchase, 90).unwrap();
    assert_eq!(
        ids(apple::unmatched(conn, EVERYONE).unwrap()),
        [newest, home.refund]
    );
}
