//! Receipts and the payments that they explain.

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::models::enrichment::{
    TransactionEnrichmentSource, TransactionEnrichmentSourceChanges,
};
use spending_db::models::gmail::{
    GmailReceipt, GmailReceiptChanges, GmailTransactionMatch, NewGmailTransactionMatch,
};
use spending_db::operations::gmail::matches::{Confirmation, MatchedReceipt, PaidReceipt, save};
use spending_db::operations::gmail::receipts::delete;
use spending_db::types::{
    EVERYONE, EnrichmentSourceType, GmailMatchType, GmailReceiptId, PreEnrichmentStatus,
    TrueLayerTransactionId,
};

use super::{count, match_up, set_status, sources, status, tell};
use crate::old_functions::call;
use crate::support::TestDatabase;
use crate::support::fixtures::{Household, receipt};
use crate::support::rows::{assert_invalid, assert_not_found};

fn change(conn: &mut PgConnection, receipt: GmailReceiptId, changes: &GmailReceiptChanges<'_>) {
    GmailReceipt::update(conn, EVERYONE, receipt, changes).unwrap();
}

fn description(conn: &mut PgConnection, payment: TrueLayerTransactionId) -> String {
    TransactionEnrichmentSource::find_description(conn, EVERYONE, payment)
        .unwrap()
        .unwrap()
}

#[test]
fn a_payment_without_a_status_gets_that_of_a_receipt() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for (before, after) in [
        (None, PreEnrichmentStatus::Gmail),
        (Some(PreEnrichmentStatus::None), PreEnrichmentStatus::Gmail),
        (
            Some(PreEnrichmentStatus::Amazon),
            PreEnrichmentStatus::Amazon,
        ),
        (
            Some(PreEnrichmentStatus::AmazonBusiness),
            PreEnrichmentStatus::AmazonBusiness,
        ),
    ] {
        set_status(conn, home.payment, before);
        let arguments = json!({"truelayer_transaction_id": home.payment, "gmail_receipt_id": home.receipt,
                               "confidence": 90});
        call(conn, "save_gmail_match", arguments).unwrap();
        assert_eq!(status(conn, home.payment), Some(after));
    }
}

#[test]
fn a_pair_that_is_matched_again_is_renewed_in_place() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let first = NewGmailTransactionMatch {
        match_type: Some(GmailMatchType::SplitPayment),
        match_method: Some("exact"),
        conversion_rate: Some(&"1.1734565".parse::<BigDecimal>().unwrap()),
        currency_converted: Some(true),
        ..NewGmailTransactionMatch::new(home.payment, home.receipt, 60)
    };
    let first = save(conn, home.user, &first).unwrap();
    assert_eq!(first.conversion_rate, Some("1.173457".parse().unwrap()));
    GmailTransactionMatch::confirm(conn, home.user, first.id).unwrap();
    let order_id = "x".repeat(300);
    change(
        conn,
        home.receipt,
        &GmailReceiptChanges {
            merchant_name: Some(Some("Garden Depot")),
            order_id: Some(Some(&order_id)),
            ..GmailReceiptChanges::default()
        },
    );
    let method = "m".repeat(200);
    let again = NewGmailTransactionMatch {
        match_method: Some(&method),
        ..NewGmailTransactionMatch::new(home.payment, home.receipt, 95)
    };
    let again = save(conn, home.user, &again).unwrap();
    assert_eq!(again.id, first.id);
    assert_eq!(again.match_confidence, 95);
    assert_eq!(again.match_type, GmailMatchType::SplitPayment);
    assert!(again.user_confirmed && !again.currency_converted);
    assert_eq!(again.conversion_rate, None);
    assert!(again.matched_at > first.matched_at);

    let told =
        TransactionEnrichmentSource::list_for_transaction(conn, EVERYONE, home.payment).unwrap();
    let [told] = &told[..] else {
        panic!("{told:?}");
    };
    assert!(told.is_primary);
    assert_eq!(told.description, format!("Garden Depot #{order_id}"));
    assert_eq!(told.order_id.as_deref(), Some(&*order_id));
    assert_eq!(told.match_method.as_deref(), Some(&*method));
    assert_eq!(told.match_confidence, 95);
}

#[test]
fn a_repeat_moves_no_mark() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let better = receipt(conn, home.mailbox, "better");
    match_up(conn, home.payment, home.receipt, 60);
    match_up(conn, home.payment, better, 90);
    let marked = [
        (EnrichmentSourceType::Gmail, better.0, true),
        (EnrichmentSourceType::Gmail, home.receipt.0, false),
    ];
    assert_eq!(sources(conn, home.payment), marked);
    for confidence in [60, 90, 100] {
        match_up(conn, home.payment, home.receipt, confidence);
        match_up(conn, home.payment, better, 90);
        assert_eq!(sources(conn, home.payment), marked);
    }
}

#[test]
fn the_mark_stays_with_orders_people_and_surer_receipts() {
    use EnrichmentSourceType as Type;
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for (present, gives_way) in [
        (Type::Amazon, false),
        (Type::AmazonBusiness, false),
        (Type::Apple, false),
        (Type::Manual, false),
        (Type::AmazonFresh, true),
    ] {
        let before = tell(conn, home.payment, present, true, 10);
        match_up(conn, home.payment, home.receipt, 100);
        let primary = TransactionEnrichmentSource::find_primary(conn, EVERYONE, home.payment);
        let primary = primary.unwrap().unwrap().source_type;
        assert_eq!(primary == Type::Gmail, gives_way, "{present}");
        TransactionEnrichmentSource::delete(conn, EVERYONE, before.id).unwrap();
        let left = TransactionEnrichmentSource::list_for_transaction(conn, EVERYONE, home.payment)
            .unwrap();
        TransactionEnrichmentSource::delete(conn, EVERYONE, left[0].id).unwrap();
    }

    let weak = receipt(conn, home.mailbox, "weak");
    match_up(conn, home.payment, home.receipt, 80);
    match_up(conn, home.payment, weak, 79);
    assert_eq!(sources(conn, home.payment)[0].1, home.receipt.0);
    let equal = receipt(conn, home.mailbox, "equal");
    match_up(conn, home.payment, equal, 80);
    assert_eq!(sources(conn, home.payment)[0].1, equal.0);

    let primary = TransactionEnrichmentSource::find_primary(conn, EVERYONE, home.payment);
    let verified = TransactionEnrichmentSourceChanges {
        user_verified: Some(true),
        ..TransactionEnrichmentSourceChanges::default()
    };
    let id = primary.unwrap().unwrap().id;
    TransactionEnrichmentSource::update(conn, EVERYONE, id, &verified).unwrap();
    let surest = receipt(conn, home.mailbox, "surest");
    match_up(conn, home.payment, surest, 100);
    assert_eq!(sources(conn, home.payment)[0].1, equal.0);
}

#[test]
fn a_payment_whose_sources_lost_the_mark_gets_one_back() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    match_up(conn, home.payment, home.receipt, 60);
    let unmarked = TransactionEnrichmentSourceChanges {
        is_primary: Some(false),
        ..TransactionEnrichmentSourceChanges::default()
    };
    let primary = TransactionEnrichmentSource::find_primary(conn, EVERYONE, home.payment);
    let id = primary.unwrap().unwrap().id;
    TransactionEnrichmentSource::update(conn, EVERYONE, id, &unmarked).unwrap();
    match_up(conn, home.payment, home.receipt, 60);
    assert!(sources(conn, home.payment)[0].2);
}

#[test]
fn descriptions_name_what_is_known() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let items = json!([{"name": "Rake"}, "text", {"name": 5}, {"name": ""}, {"title": "x"}, {"name": "Pots, large"}]);
    let six: Value = (1..=6).map(|n| json!({"name": n.to_string()})).collect();
    let cases: [(&str, &str, Value, &str); 10] = [
        ("Garden", "G-1", items.clone(), "Garden: Rake, Pots, large"),
        ("Garden", "G-1", six, "Garden: 1, 2, 3, 4, 5"),
        ("Garden", "G-1", json!([{"title": "x"}]), "Garden"),
        ("Garden", "G-1", json!([]), "Garden #G-1"),
        ("Garden", "G-1", json!({"name": "Rake"}), "Garden #G-1"),
        ("Garden", "", Value::Null, "Garden"),
        ("", "G-1", items, "Rake, Pots, large"),
        ("", "G-1", Value::Null, "#G-1"),
        ("", "G-1", json!(["text"]), "Receipt"),
        ("", "", Value::Null, "Receipt"),
    ];
    for (merchant, order, line_items, expected) in cases {
        change(
            conn,
            home.receipt,
            &GmailReceiptChanges {
                merchant_name: Some(Some(merchant)),
                order_id: Some(Some(order)),
                line_items: Some(Some(&line_items)),
                ..GmailReceiptChanges::default()
            },
        );
        match_up(conn, home.payment, home.receipt, 90);
        let expected = match expected {
            "Receipt" => format!("Receipt #{}", home.receipt),
            text => text.to_owned(),
        };
        assert_eq!(description(conn, home.payment), expected, "{line_items}");
        let empty = line_items.is_null() || line_items == json!([]);
        let stored = if empty {
            "line_items IS NULL"
        } else {
            "line_items IS NOT NULL"
        };
        assert_eq!(count(conn, "transaction_enrichment_sources", stored), 1);
    }
}

#[test]
fn pairs_of_two_users_and_deleted_receipts_are_refused() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let mixed = NewGmailTransactionMatch::new(ada.payment, bob.receipt, 90);
    let own = NewGmailTransactionMatch::new(ada.payment, ada.receipt, 90);
    for owner in [EVERYONE, Some(ada.user), Some(bob.user)] {
        assert_not_found(save(conn, owner, &mixed));
    }
    assert_not_found(save(conn, bob.user, &own));
    let unsure = NewGmailTransactionMatch::new(ada.payment, ada.receipt, 101);
    assert_invalid(
        save(conn, ada.user, &unsure),
        "gmail_transaction_matches_match_confidence_check",
    );
    delete(conn, ada.user, ada.receipt).unwrap();
    assert_not_found(save(conn, ada.user, &own));
    assert_eq!(count(conn, "gmail_transaction_matches", "true"), 0);
    assert_eq!(count(conn, "transaction_enrichment_sources", "true"), 0);
    assert_ne!(status(conn, ada.payment), Some(PreEnrichmentStatus::Gmail));
}

#[test]
fn a_match_that_fails_late_leaves_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let change = "ALTER TABLE truelayer_transactions ADD CHECK (pre_enrichment_status <> 'Gmail')";
    diesel::sql_query(change).execute(conn).unwrap();
    let arguments = json!({"truelayer_transaction_id": home.payment, "gmail_receipt_id": home.receipt, "confidence": 9});
    call(conn, "save_gmail_match", arguments).unwrap_err();
    assert_eq!(count(conn, "gmail_transaction_matches", "true"), 0);
    assert_eq!(count(conn, "transaction_enrichment_sources", "true"), 0);
}

#[test]
fn lists_leave_deleted_receipts_and_foreign_payments_out() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let other = receipt(conn, ada.mailbox, "other");
    let first = match_up(conn, ada.payment, ada.receipt, 80);
    let second = match_up(conn, ada.payment, other, 80);
    // A wrong pair of old.
    NewGmailTransactionMatch::new(bob.payment, ada.receipt, 100)
        .insert(conn)
        .unwrap();
    let ids =
        |rows: Vec<PaidReceipt>| -> Vec<_> { rows.iter().map(|row| row.matched.id).collect() };
    let all =
        |conn: &mut PgConnection, which| PaidReceipt::list(conn, ada.user, which, None, 0).unwrap();
    assert_eq!(ids(all(conn, Confirmation::Any)), [second.id, first.id]);
    let of_payment = MatchedReceipt::list(conn, ada.user, ada.payment).unwrap();
    let of_payment: Vec<_> = of_payment.iter().map(|row| row.matched.id).collect();
    assert_eq!(
        of_payment,
        [second.id, first.id],
        "equal confidence: the newer id"
    );

    GmailTransactionMatch::confirm(conn, ada.user, second.id).unwrap();
    assert_eq!(ids(all(conn, Confirmation::Missing)), [first.id]);
    let arguments = json!({"user_id": ada.user, "unconfirmed_only": true});
    let unconfirmed = call(conn, "get_gmail_matches", arguments).unwrap();
    assert_eq!(unconfirmed[0]["id"], json!(first.id));
    assert_eq!(unconfirmed.as_array().unwrap().len(), 1);
    assert_eq!(unconfirmed[0]["transaction_currency"], "GBP");

    // Deleted by old code, which leaves the match.
    let deleted = "UPDATE gmail_receipts SET deleted_at = now()";
    diesel::sql_query(deleted).execute(conn).unwrap();
    assert_eq!(all(conn, Confirmation::Any), []);
    assert_eq!(
        MatchedReceipt::list(conn, EVERYONE, ada.payment).unwrap(),
        []
    );
}
