//! Matching a payment by hand: one match, one primary source, however often.

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use serde_json::json;
use spending_db::models::amazon::{
    AmazonBusinessOrder, AmazonBusinessOrderChanges, AmazonOrder, AmazonOrderChanges,
    TrueLayerAmazonTransactionMatch,
};
use spending_db::models::apple::{AppleTransaction, AppleTransactionChanges};
use spending_db::models::truelayer::TrueLayerTransaction;
use spending_db::operations::matching::{amazon, amazon_business, apple};
use spending_db::types::{
    AmazonBusinessOrderId, AmazonOrderId, AppleTransactionId, EVERYONE, EnrichmentSourceType,
    TrueLayerTransactionId, UserId,
};

use super::{call, explain, run, sources};
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{assert_invalid, assert_not_found, decimal};

/// Matches a purchase of one kind.
type Matcher = fn(
    &mut PgConnection,
    Option<UserId>,
    TrueLayerTransactionId,
    i32,
    i32,
) -> spending_db::Result<()>;

fn to_order(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    transaction: TrueLayerTransactionId,
    order: i32,
    confidence: i32,
) -> spending_db::Result<()> {
    amazon::match_order(
        conn,
        owner,
        transaction,
        AmazonOrderId(order),
        confidence.into(),
    )
}

fn to_business_order(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    transaction: TrueLayerTransactionId,
    order: i32,
    confidence: i32,
) -> spending_db::Result<()> {
    let order = AmazonBusinessOrderId(order);
    amazon_business::match_order(conn, owner, transaction, order, confidence)
}

fn to_purchase(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    transaction: TrueLayerTransactionId,
    purchase: i32,
    confidence: i32,
) -> spending_db::Result<()> {
    let purchase = AppleTransactionId(purchase);
    apple::match_purchase(conn, owner, transaction, purchase, confidence)
}

/// The matchers with their type of source and two purchases of the household.
fn matchers(conn: &mut PgConnection, home: &Household) -> [(Matcher, &'static str, i32, i32); 3] {
    let summary = AmazonBusinessOrderChanges {
        product_summary: Some(Some("A chair")),
        ..Default::default()
    };
    for order in [home.business_order, home.other_business_order] {
        AmazonBusinessOrder::update(conn, order, &summary).unwrap();
    }
    [
        (to_order, "amazon", home.order.0, home.other_order.0),
        (
            to_business_order,
            "amazon_business",
            home.business_order.0,
            home.other_business_order.0,
        ),
        (to_purchase, "apple", home.purchase.0, home.other_purchase.0),
    ]
}

#[test]
fn matching_again_and_going_back_leave_one_primary() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for (matched, kind, one, two) in matchers(conn, &home) {
        run(conn, "DELETE FROM transaction_enrichment_sources");
        let before = TrueLayerTransaction::find(conn, EVERYONE, home.payment).unwrap();
        let mut to = |purchase, confidence| {
            matched(conn, Some(home.user), home.payment, purchase, confidence).unwrap();
            sources(conn, home.payment)
        };
        assert_eq!(to(one, 90), [format!("*{kind} {one} 90")]);
        assert_eq!(to(one, 70), [format!("*{kind} {one} 70")], "the same again");
        assert_eq!(
            to(two, 80),
            [format!("*{kind} {two} 80"), format!("{kind} {one} 70")]
        );
        assert_eq!(
            to(one, 60),
            [format!("*{kind} {one} 60"), format!("{kind} {two} 80")],
            "back to the first"
        );
        let after = TrueLayerTransaction::find(conn, EVERYONE, home.payment).unwrap();
        assert_eq!(after, before, "the transaction itself is not touched");
    }
}

#[test]
fn a_match_takes_the_mark_but_not_from_what_a_person_verified() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for (matched, kind, one, _) in matchers(conn, &home) {
        for verified in [false, true] {
            run(conn, "DELETE FROM transaction_enrichment_sources");
            explain(conn, home.payment, EnrichmentSourceType::Manual, verified);
            for _ in 0..2 {
                matched(conn, EVERYONE, home.payment, one, 90).unwrap();
                let expected = if verified {
                    ["*manual 0 100".to_owned(), format!("{kind} {one} 90")]
                } else {
                    [format!("*{kind} {one} 90"), "manual 0 100".to_owned()]
                };
                assert_eq!(sources(conn, home.payment), expected);
            }
        }
    }
}

#[test]
fn a_retail_order_stays_primary_before_a_purchase() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let (order, purchase) = (home.order.0, home.purchase.0);
    to_order(conn, EVERYONE, home.payment, order, 50).unwrap();
    for confidence in [71, 78] {
        to_purchase(conn, EVERYONE, home.payment, purchase, confidence).unwrap();
        assert_eq!(
            sources(conn, home.payment),
            [
                format!("*amazon {order} 50"),
                format!("apple {purchase} {confidence}")
            ]
        );
    }
    // Where the mark has gone from the order to nobody, the purchase takes it.
    run(
        conn,
        "UPDATE transaction_enrichment_sources SET is_primary = false",
    );
    to_purchase(conn, EVERYONE, home.payment, purchase, 60).unwrap();
    assert_eq!(
        sources(conn, home.payment),
        [
            format!("*apple {purchase} 60"),
            format!("amazon {order} 50")
        ]
    );
    to_order(conn, EVERYONE, home.payment, order, 40).unwrap();
    assert_eq!(
        sources(conn, home.payment),
        [
            format!("*amazon {order} 40"),
            format!("apple {purchase} 60")
        ]
    );
}

#[test]
fn what_cannot_be_matched_writes_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let other = Household::new(conn, "bob");
    // Without a name a purchase is no source, and no source has a check on the confidence.
    let no_name = AmazonOrderChanges {
        product_names: Some(""),
        ..Default::default()
    };
    AmazonOrder::update(conn, home.other_order, &no_name).unwrap();
    let no_name = AppleTransactionChanges {
        app_names: Some(""),
        ..Default::default()
    };
    AppleTransaction::update(conn, home.other_purchase, &no_name).unwrap();
    for (matched, _, one, two) in matchers(conn, &home) {
        let owner = Some(home.user);
        for purchase in [one, two] {
            for confidence in [-1, 101, i32::MAX, i32::MIN] {
                assert_invalid(
                    matched(conn, owner, home.payment, purchase, confidence),
                    "confidence",
                );
            }
        }
        assert_not_found(matched(conn, owner, home.payment, 99_999, 90));
        assert_not_found(matched(
            conn,
            owner,
            TrueLayerTransactionId(99_999),
            one,
            90,
        ));
        assert_not_found(matched(conn, owner, other.payment, one, 90));
    }
    let fine = decimal("100.001");
    assert_invalid(
        amazon::match_order(conn, EVERYONE, home.payment, home.order, fine),
        "confidence",
    );
    for table in [
        "truelayer_amazon_transaction_matches",
        "truelayer_amazon_business_matches",
        "apple_transaction_matches",
        "transaction_enrichment_sources",
    ] {
        let rows: i64 =
            diesel::dsl::sql::<diesel::sql_types::BigInt>(&format!("SELECT count(*) FROM {table}"))
                .get_result(conn)
                .unwrap();
        assert_eq!(rows, 0, "{table}");
    }
}

#[test]
fn under_the_old_names_three_cases_are_false_and_the_rest_are_errors() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for (name, argument, purchase) in [
        (
            "match_truelayer_amazon_transaction",
            "amazon_order_db_id",
            home.order.0,
        ),
        (
            "match_truelayer_amazon_business_transaction",
            "amazon_business_order_id",
            home.business_order.0,
        ),
        (
            "match_truelayer_apple_transaction",
            "apple_transaction_id",
            home.purchase.0,
        ),
    ] {
        let mut answer = |transaction: i32, purchase: i32, confidence: i32| {
            let arguments = json!({
                "truelayer_transaction_id": transaction, argument: purchase, "confidence": confidence,
            });
            call(conn, name, arguments)
        };
        assert_eq!(answer(home.payment.0, purchase, 90), Ok(json!(true)));
        assert_eq!(
            answer(home.payment.0, purchase, 80),
            Ok(json!(true)),
            "again"
        );
        assert_eq!(answer(home.payment.0, purchase, 101), Ok(json!(false)));
        assert_eq!(answer(home.payment.0, 99_999, 90), Ok(json!(false)));
        assert_eq!(answer(99_999, purchase, 90), Ok(json!(false)));
    }
    run(
        conn,
        "ALTER TABLE transaction_enrichment_sources RENAME TO gone",
    );
    let failure = call(
        conn,
        "match_truelayer_amazon_transaction",
        json!({"truelayer_transaction_id": home.payment, "amazon_order_db_id": home.order, "confidence": 90}),
    );
    assert_eq!(failure.unwrap_err().data["kind"], "database");
}

#[test]
fn the_match_keeps_decimals_and_the_source_is_rounded_away_from_zero() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for (confidence, in_match, in_source) in [
        ("86.5", "86.50", 87),
        ("87.495", "87.50", 87),
        ("0", "0.00", 0),
    ] {
        let given: BigDecimal = confidence.parse().unwrap();
        amazon::match_order(conn, EVERYONE, home.payment, home.order, given).unwrap();
        let found = TrueLayerAmazonTransactionMatch::find_by_truelayer_transaction_id(
            conn,
            EVERYONE,
            home.payment,
        );
        assert_eq!(found.unwrap().unwrap().match_confidence, decimal(in_match));
        assert_eq!(
            sources(conn, home.payment),
            [format!("*amazon {} {in_source}", home.order.0)]
        );
    }
}

#[test]
fn a_match_is_dated_anew() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for (matched, _, one, _) in matchers(conn, &home) {
        matched(conn, EVERYONE, home.payment, one, 90).unwrap();
    }
    let tables = [
        "truelayer_amazon_transaction_matches",
        "truelayer_amazon_business_matches",
        "apple_transaction_matches",
    ];
    for table in tables {
        run(
            conn,
            &format!("UPDATE {table} SET matched_at = '2020-01-01Z'"),
        );
    }
    for (matched, _, one, _) in matchers(conn, &home) {
        matched(conn, EVERYONE, home.payment, one, 80).unwrap();
    }
    for table in tables {
        let fresh: bool = diesel::dsl::sql::<diesel::sql_types::Bool>(&format!(
            "SELECT bool_and(matched_at > now() - interval '1 minute' AND match_confidence = 80) FROM {table}"
        ))
        .get_result(conn)
        .unwrap();
        assert!(fresh, "{table}");
    }
}
