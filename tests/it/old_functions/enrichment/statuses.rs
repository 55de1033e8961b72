//! What is known of a transaction before enrichment.

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::truelayer::TrueLayerTransaction;
use spending_db::operations::pre_enrichment_status::{Identified, backfill, identified};
use spending_db::types::{
    EVERYONE, PreEnrichmentStatus as Status, TransactionType, TrueLayerTransactionId,
};

use super::super::call;
use super::fixtures::{Household, Payment, run, transaction};
use crate::support::TestDatabase;
use crate::support::explain;

fn status(conn: &mut PgConnection, id: TrueLayerTransactionId) -> Option<Status> {
    transaction(conn, id).pre_enrichment_status
}

/// Which version of each transaction's row there is.
fn versions(conn: &mut PgConnection) -> String {
    let versions =
        sql::<Text>("(SELECT string_agg(ctid::text, ' ' ORDER BY id) FROM truelayer_transactions)");
    diesel::select(versions).get_result(conn).unwrap()
}

#[test]
fn statuses_are_a_closed_set() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay(conn, Payment::default());
    for known in Status::ALL {
        let arguments = json!({"transaction_id": paid, "status": known});
        assert_eq!(
            call(conn, "update_pre_enrichment_status", arguments),
            Ok(json!(true))
        );
        assert_eq!(status(conn, paid), Some(*known));
    }
    for refused in [json!(null), json!("matched"), json!("")] {
        let arguments = json!({"transaction_id": paid, "status": refused});
        let failure = call(conn, "update_pre_enrichment_status", arguments).unwrap_err();
        assert_eq!(
            (failure.code, &failure.data["argument"]),
            (-32602, &json!("status"))
        );
    }
    assert_eq!(status(conn, paid), Status::ALL.last().copied());
}

#[test]
fn a_status_is_written_by_the_owner_only() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let paid = ada.pay(conn, Payment::default());
    let refused =
        TrueLayerTransaction::set_pre_enrichment_status(conn, bob.user, paid, Status::Apple);
    assert!(matches!(refused, Err(Error::NotFound)));
    TrueLayerTransaction::set_pre_enrichment_status(conn, ada.user, paid, Status::Apple).unwrap();
    assert_eq!(status(conn, paid), Some(Status::Apple));
}

#[test]
fn refunds_and_business_matches_stay_matched_and_receipts_stay_receipts() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let amazon = || Payment {
        description: "AMAZON",
        ..Payment::default()
    };
    let refund = home.pay(
        conn,
        Payment {
            direction: TransactionType::Credit,
            ..amazon()
        },
    );
    let business = home.pay(conn, amazon());
    let plain = home.pay(
        conn,
        Payment {
            status: Some(Status::Matched),
            ..amazon()
        },
    );
    let mailed = home.pay(
        conn,
        Payment {
            status: Some(Status::Gmail),
            ..Payment::default()
        },
    );
    let deleted = home.pay(
        conn,
        Payment {
            status: Some(Status::Gmail),
            ..Payment::default()
        },
    );
    let vendor = home.pay(
        conn,
        Payment {
            merchant: Some("iTunes"),
            ..Payment::default()
        },
    );
    run(
        conn,
        &format!(
            "INSERT INTO amazon_returns (order_id, reversal_id, refund_completion_date, currency, amount_refunded, refund_transaction_id)
                 VALUES ('204', 'r', '2026-03-01', 'GBP', 12.5, {refund});
             INSERT INTO amazon_business_orders (id, order_id, order_date) VALUES (1, 'B', '2026-03-01');
             INSERT INTO truelayer_amazon_business_matches (truelayer_transaction_id, amazon_business_order_id, match_confidence)
                 VALUES ({business}, 1, 90);
             INSERT INTO gmail_connections (id, user_id, email_address, access_token, refresh_token)
                 VALUES (1, {user}, 'ada@example.com', 'a', 'r');
             INSERT INTO gmail_receipts (id, connection_id, message_id, sender_email, received_at, parse_confidence, deleted_at)
                 VALUES (1, 1, 'm1', 's@example.com', '2026-03-01', 90, NULL), (2, 1, 'm2', 's@example.com', '2026-03-01', 90, now());
             INSERT INTO gmail_transaction_matches (truelayer_transaction_id, gmail_receipt_id, match_confidence, match_type)
                 VALUES ({mailed}, 1, 90, 'standard'), ({vendor}, 1, 90, 'standard'), ({deleted}, 2, 90, 'standard');",
            user = home.user
        ),
    );
    let answer = call(conn, "backfill_pre_enrichment_status", json!({})).unwrap();
    assert_eq!(
        answer,
        json!({"None": 1, "Apple": 1, "AMZN": 1, "AMZN RTN": 0, "Matched": 2, "Gmail": 1})
    );
    let expected = [
        (refund, Status::Matched),
        (business, Status::Matched),
        (plain, Status::Amazon),
        (mailed, Status::Gmail),
        (deleted, Status::None),
        (vendor, Status::Apple),
    ];
    for (id, expected) in expected {
        assert_eq!(status(conn, id), Some(expected), "{id}");
    }
    let before = versions(conn);
    assert_eq!(
        call(conn, "backfill_pre_enrichment_status", json!({})),
        Ok(answer)
    );
    assert_eq!(versions(conn), before, "a second run writes nothing");
}

#[test]
fn statuses_are_set_anew_for_one_user_or_all() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let mine = ada.pay(
        conn,
        Payment {
            description: "hamza grill",
            ..Payment::default()
        },
    );
    let his = bob.pay(
        conn,
        Payment {
            description: "AMZNMktplace",
            ..Payment::default()
        },
    );
    let none = ada.pay(
        conn,
        Payment {
            status: None,
            ..Payment::default()
        },
    );
    run(
        conn,
        &format!(
            "UPDATE truelayer_transactions SET pre_enrichment_status = NULL WHERE id = {none}"
        ),
    );
    let counts = backfill(conn, ada.user).unwrap();
    assert_eq!((counts.amazon, counts.none), (1, 1));
    assert_eq!(
        status(conn, mine),
        Some(Status::Amazon),
        "patterns count anywhere"
    );
    assert_eq!(status(conn, none), Some(Status::None));
    assert_eq!(status(conn, his), Some(Status::None));
    assert_eq!(backfill(conn, EVERYONE).unwrap().amazon, 2);
    assert_eq!(status(conn, his), Some(Status::Amazon));
}

#[test]
fn the_number_of_statements_does_not_grow_with_the_transactions() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for transactions in [1, 30] {
        for _ in 0..transactions {
            home.pay(
                conn,
                Payment {
                    description: "AMAZON",
                    ..Payment::default()
                },
            );
        }
        // Reading, locking and writing.
        let statements = explain::statements(conn, |conn| backfill(conn, home.user).unwrap());
        assert_eq!(statements.len(), 3);
        let statements = explain::statements(conn, |conn| identified(conn, home.user).unwrap());
        assert_eq!(statements.len(), 1);
    }
}

#[test]
fn identified_transactions_are_counted_for_their_owner() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let amazon = ada.pay(
        conn,
        Payment {
            status: Some(Status::Amazon),
            ..Payment::default()
        },
    );
    let refund = ada.pay(
        conn,
        Payment {
            status: Some(Status::Matched),
            ..Payment::default()
        },
    );
    let business = ada.pay(
        conn,
        Payment {
            status: Some(Status::AmazonBusiness),
            ..Payment::default()
        },
    );
    bob.pay(
        conn,
        Payment {
            status: Some(Status::Apple),
            ..Payment::default()
        },
    );
    // A refund is a bank transaction: no row of the legacy table has its id.
    run(
        conn,
        &format!(
            "INSERT INTO amazon_orders (id, order_id, order_date, website, currency, total_owed, product_names)
                 VALUES (1, '204', '2026-03-01', 'Amazon.co.uk', 'GBP', 12.5, 'A book');
             INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
                 VALUES ({amazon}, 1, 90);
             INSERT INTO amazon_business_orders (id, order_id, order_date) VALUES (1, 'B', '2026-03-01');
             INSERT INTO truelayer_amazon_business_matches (truelayer_transaction_id, amazon_business_order_id, match_confidence)
                 VALUES ({business}, 1, 90);
             INSERT INTO amazon_returns (order_id, reversal_id, refund_completion_date, currency, amount_refunded, refund_transaction_id)
                 SELECT '204', number, '2026-03-01', 'GBP', 1, {refund} FROM generate_series(1, 2) AS number;",
        ),
    );
    let mine = Identified {
        amazon: 1,
        apple: 0,
        amazon_returns: 1,
    };
    assert_eq!(identified(conn, ada.user).unwrap(), mine);
    assert_eq!(identified(conn, bob.user).unwrap().apple, 1);
    let answer: Value = call(conn, "get_identified_summary", json!({})).unwrap();
    assert_eq!(
        answer,
        json!({"AMZN": 1, "Apple": 1, "AMZN RTN": 1, "total": 3})
    );
}
