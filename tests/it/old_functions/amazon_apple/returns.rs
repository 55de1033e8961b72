//! Refunds: links to bank transactions, sums, removing them.

use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::json;
use spending_db::models::amazon::{AmazonReturn, NewAmazonReturn};
use spending_db::models::enrichment::TransactionEnrichmentSource;
use spending_db::models::legacy::{NewTransaction, Transaction};
use spending_db::operations::amazon_returns::{clear, link, statistics};
use spending_db::types::{AmazonReturnId, EVERYONE, EnrichmentSourceType, TrueLayerTransactionId};

use super::{call, explain, run};
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{assert_not_found, assert_reference, day, decimal};

fn refund(conn: &mut PgConnection, id: &str, currency: &str, amount: &str) -> AmazonReturnId {
    let (date, amount) = (day("2026-03-01"), decimal(amount));
    let new = NewAmazonReturn::new("A", id, date, currency, &amount);
    new.insert(conn).unwrap().id
}

#[test]
fn links_go_to_bank_transactions() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let id = refund(conn, "one", "GBP", "12.50");
    let mut answer = |original, credit| {
        let arguments = json!({
            "return_id": id, "original_transaction_id": original, "refund_transaction_id": credit,
        });
        call(conn, "link_return_to_transactions", arguments)
    };
    assert_eq!(
        answer(Some(home.payment), Some(home.refund)),
        Ok(json!(true))
    );
    let unknown = answer(Some(TrueLayerTransactionId(99_999)), None).unwrap_err();
    assert_eq!(
        unknown.data["constraint"],
        "amazon_returns_original_transaction_id_fkey"
    );
    let unknown = answer(None, Some(TrueLayerTransactionId(99_999))).unwrap_err();
    assert_eq!(
        unknown.data["constraint"],
        "amazon_returns_refund_transaction_id_fkey"
    );
    let row = AmazonReturn::find(conn, id).unwrap();
    assert_eq!(
        row.original_transaction_id,
        Some(home.payment),
        "it stays as it was"
    );
    link(conn, EVERYONE, id, None, Some(home.refund)).unwrap();
    let row = AmazonReturn::find(conn, id).unwrap();
    assert_eq!(
        (row.original_transaction_id, row.refund_transaction_id),
        (None, Some(home.refund))
    );
    let nothing = link(
        conn,
        EVERYONE,
        AmazonReturnId(99_999),
        Some(home.payment),
        None,
    );
    assert_not_found(nothing);
}

#[test]
fn an_owner_links_only_to_own_transactions() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let id = refund(conn, "one", "GBP", "12.50");
    assert_reference(
        link(conn, bob.user, id, Some(ada.payment), None),
        "amazon_returns_original_transaction_id_fkey",
    );
    assert_reference(
        link(conn, bob.user, id, None, Some(ada.refund)),
        "amazon_returns_refund_transaction_id_fkey",
    );
    assert_eq!(
        AmazonReturn::find(conn, id)
            .unwrap()
            .original_transaction_id,
        None
    );
    link(conn, ada.user, id, Some(ada.payment), None).unwrap();
    assert_not_found(link(conn, bob.user, id, Some(bob.payment), None));
    link(conn, ada.user, id, None, None).unwrap();
    link(conn, bob.user, id, Some(bob.payment), Some(bob.refund)).unwrap();
    assert_eq!(statistics(conn, bob.user).unwrap().matched, 1);
    let of_ada = statistics(conn, ada.user).unwrap();
    assert_eq!((of_ada.matched, of_ada.unmatched()), (0, 1));
    assert_eq!(statistics(conn, EVERYONE).unwrap().matched, 1);
}

#[test]
fn sums_are_kept_apart_by_currency_and_are_floats_under_the_old_name() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let mut total = || {
        let answer = call(conn, "get_returns_statistics", json!({})).unwrap();
        (
            answer["total_refunded"].clone(),
            answer["total_refunded_by_currency"].clone(),
        )
    };
    assert_eq!(total(), (json!(0.0), json!({})));
    refund(&mut db.conn(), "one", "GBP", "1.005");
    refund(&mut db.conn(), "two", "EUR", "2.25");
    refund(&mut db.conn(), "three", "GBP", "-0.5");
    assert_eq!(
        total(),
        (json!(2.75), json!({"EUR": "2.25", "GBP": "0.505"}))
    );
    refund(&mut db.conn(), "four", "GBP", "-2.755");
    assert_eq!(total().0, json!(0.0), "a float where the sum is zero, too");
}

#[test]
fn refunds_are_listed_latest_first_with_and_without_an_order() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let amount = decimal("1");
    for (id, order, date) in [
        ("1", "A", "2026-03-01"),
        ("2", "A", "2026-03-02"),
        ("3", "A", "2026-03-01"),
        ("4", "B", "2026-03-01"),
    ] {
        NewAmazonReturn::new(order, id, day(date), "GBP", &amount)
            .insert(conn)
            .unwrap();
    }
    let mut list = |order| {
        let rows = AmazonReturn::list(conn, order).unwrap().into_iter();
        rows.map(|row| row.reversal_id).collect::<String>()
    };
    assert_eq!(list(Some("A")), "231");
    assert_eq!(list(None), "2431");
    assert_eq!(list(Some("a")), "");
}

/// A payment of the household with this description of its source, and a legacy transaction with the same.
fn marked(conn: &mut PgConnection, home: &Household, description: &str) {
    explain(conn, home.payment, EnrichmentSourceType::Amazon, false);
    diesel::sql_query(
        "UPDATE transaction_enrichment_sources SET description = $1 WHERE is_primary",
    )
    .bind::<Text, _>(description)
    .execute(conn)
    .unwrap();
    let amount = decimal("1");
    NewTransaction::new(day("2026-03-01"), description, &amount)
        .insert(conn)
        .unwrap();
}

#[test]
fn clearing_takes_the_mark_off_once_and_counts_what_it_deletes() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for (description, expected) in [
        ("[RETURNED] A book", "A book"),
        ("[RETURNED] [RETURNED] A book", "[RETURNED] A book"),
        ("[RETURNED]  A book", " A book"),
        ("[RETURNED]A book", "[RETURNED]A book"),
        ("[returned] A book", "[returned] A book"),
        ("A [RETURNED] book", "A [RETURNED] book"),
        ("[REFUND] A book", "[REFUND] A book"),
        ("[RETURNED] ", ""),
    ] {
        let home = Household::new(conn, description);
        marked(conn, &home, description);
        for (number, currency) in [("one", "GBP"), ("two", "EUR")] {
            refund(conn, number, currency, "1");
        }
        assert_eq!(call(conn, "clear_amazon_returns", json!({})), Ok(json!(2)));
        let source = TransactionEnrichmentSource::find_primary(conn, EVERYONE, home.payment);
        assert_eq!(source.unwrap().unwrap().description, expected);
        let legacy = Transaction::list_between(conn, day("2026-03-01"), day("2026-03-01")).unwrap();
        let changed = legacy.iter().filter(|row| row.description == expected);
        assert_eq!(changed.count(), 1, "{description}");
        assert_eq!(AmazonReturn::list(conn, None).unwrap(), []);
        run(conn, "DELETE FROM transactions; DELETE FROM users");
        run(
            conn,
            "DELETE FROM amazon_orders; DELETE FROM amazon_business_orders; DELETE FROM apple_transactions",
        );
    }
    assert_eq!(clear(conn).unwrap(), 0);
}

#[test]
fn clearing_does_without_the_legacy_tables() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    marked(conn, &home, "[RETURNED] A book");
    refund(conn, "one", "GBP", "1");
    run(conn, "DROP TABLE transactions CASCADE");
    assert_eq!(clear(conn).unwrap(), 1);
    let source = TransactionEnrichmentSource::find_primary(conn, EVERYONE, home.payment);
    assert_eq!(source.unwrap().unwrap().description, "A book");
}
