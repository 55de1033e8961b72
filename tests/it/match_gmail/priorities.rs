//! What a match does to a payment that has sources already.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::models::enrichment::{
    NewTransactionEnrichmentSource, TransactionEnrichmentSource,
};
use spending_db::models::gmail::{
    GmailReceiptChanges, GmailTransactionMatch, NewGmailTransactionMatch,
};
use spending_db::operations::gmail::matches::{remove, save};
use spending_db::operations::gmail::receipts::delete;
use spending_db::operations::matching::gmail::match_gmail;
use spending_db::types::{EVERYONE, EnrichmentSourceType, GmailReceiptId, TrueLayerTransactionId};

use super::{Home, change, dump, pairs, run};
use crate::household::ask;
use crate::support::TestDatabase;

/// Source types and ids of a payment, the primary one with a star.
fn sources(conn: &mut PgConnection, payment: TrueLayerTransactionId) -> String {
    ask(
        conn,
        &format!(
            "SELECT string_agg(source_type || ' ' || source_id || CASE WHEN is_primary THEN '*' ELSE '' END, ', ' ORDER BY id)
             FROM transaction_enrichment_sources WHERE truelayer_transaction_id = {payment}"
        ),
    )
}

fn status(conn: &mut PgConnection, payment: TrueLayerTransactionId) -> String {
    let question =
        format!("SELECT pre_enrichment_status FROM truelayer_transactions WHERE id = {payment}");
    ask(conn, &question)
}

fn tell(
    conn: &mut PgConnection,
    payment: TrueLayerTransactionId,
    source_type: EnrichmentSourceType,
    user_verified: bool,
) {
    let new = NewTransactionEnrichmentSource {
        source_id: Some(900),
        is_primary: Some(true),
        user_verified: Some(user_verified),
        ..NewTransactionEnrichmentSource::new(payment, source_type, "Told before")
    };
    new.insert(conn).unwrap();
}

fn delete_match(conn: &mut PgConnection, payment: TrueLayerTransactionId) {
    let found = GmailTransactionMatch::list_for_transaction(conn, EVERYONE, payment).unwrap();
    remove(conn, EVERYONE, found[0].id).unwrap();
}

// D01, D10
#[test]
fn a_receipt_is_primary_unless_something_of_higher_priority_or_a_person_is() {
    use EnrichmentSourceType as Type;
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    for (place, (present, verified, gives_way)) in [
        (Type::Amazon, false, false),
        (Type::AmazonBusiness, false, false),
        (Type::Apple, false, false),
        (Type::Manual, false, false),
        (Type::AmazonFresh, false, true),
        (Type::AmazonFresh, true, false),
        (Type::Gmail, true, false),
    ]
    .into_iter()
    .enumerate()
    {
        let amount = format!("{}", 20 + place);
        let receipt = home.receive(conn, 0, &amount, None);
        let payment = home.pay(conn, 0, &amount, "X");
        tell(conn, payment, present, verified);
        assert_eq!(run(conn).matched.len(), 1);
        let expected = if gives_way {
            format!("{present} 900, gmail {receipt}*")
        } else {
            format!("{present} 900*, gmail {receipt}")
        };
        assert_eq!(sources(conn, payment), expected);
        assert_eq!(status(conn, payment), "Gmail");
        // D45
        delete_match(conn, payment);
        assert_eq!(sources(conn, payment), format!("{present} 900*"));
        assert_eq!(status(conn, payment), "None");
        delete(conn, EVERYONE, receipt).unwrap();
    }
}

#[test]
fn only_payments_without_a_status_get_one() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    for (place, (before, after)) in [
        ("NULL", "Gmail"),
        ("'None'", "Gmail"),
        ("'Matched'", "Matched"),
        ("'Apple'", "Apple"),
        ("'AMZN BIZ'", "AMZN BIZ"),
    ]
    .into_iter()
    .enumerate()
    {
        let amount = format!("{}", 20 + place);
        home.receive(conn, 0, &amount, None);
        let payment = home.pay(conn, 0, &amount, "X");
        conn.batch_execute(&format!(
            "UPDATE truelayer_transactions SET pre_enrichment_status = {before} WHERE id = {payment}"
        ))
        .unwrap();
        assert_eq!(run(conn).matched.len(), 1);
        assert_eq!(status(conn, payment), after);
    }
}

// D21
#[test]
fn several_receipts_may_belong_to_one_payment_and_the_surest_is_primary() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    let payment = home.pay(conn, 0, "20.00", "TESCO STORES");
    let other = home.pay(conn, -9, "20.00", "TESCO STORES");
    let surest = home.receive(conn, 0, "20.00", Some("Tesco"));
    let second = home.receive(conn, 1, "20.00", Some("Shop"));
    let third = home.receive(conn, 2, "20.00", None);
    let found = run(conn);
    assert_eq!(
        pairs(&found.matched),
        [
            (surest, payment, 100, "exact_amount_date_merchant"),
            (second, payment, 85, "exact_amount_close_date"),
            (third, payment, 85, "exact_amount_close_date"),
        ]
    );
    assert_eq!(found.total_sources_added(), 3);
    assert_eq!(
        sources(conn, payment),
        format!("gmail {surest}*, gmail {second}, gmail {third}")
    );
    assert_eq!(sources(conn, other), "", "a source only on the match");
    let told = TransactionEnrichmentSource::find_description(conn, EVERYONE, payment).unwrap();
    assert_eq!(told, Some("Tesco".to_owned()));
}

#[test]
fn a_match_of_a_person_is_never_replaced() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    let receipt = home.receive(conn, 0, "20.00", Some("Tesco"));
    let chosen = home.pay(conn, -7, "21.00", "MARKET");
    let new = NewGmailTransactionMatch::new(chosen, receipt, 10);
    let made = save(conn, home.user, &new).unwrap();
    GmailTransactionMatch::confirm(conn, home.user, made.id).unwrap();
    home.pay(conn, 0, "20.00", "TESCO");
    let before = dump(conn);
    let found = run(conn);
    assert_eq!((found.total_processed(), dump(conn)), (0, before));
}

// D23
#[test]
fn users_are_kept_apart() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Home::new(conn, "ada"), Home::new(conn, "bob"));
    let [of_ada, of_bob]: [GmailReceiptId; 2] =
        [&ada, &bob].map(|home| home.receive(conn, 0, "20.00", Some("Tesco")));
    let paid = bob.pay(conn, 0, "20.00", "TESCO");
    let found = match_gmail(conn, Some(ada.user)).unwrap();
    assert_eq!((found.matched, found.unmatched), (vec![], vec![of_ada]));
    let found = run(conn);
    assert_eq!(
        pairs(&found.matched),
        [(of_bob, paid, 100, "exact_amount_date_merchant")]
    );
    assert_eq!(found.unmatched, [of_ada]);
    assert_eq!(
        match_gmail(conn, Some(bob.user)).unwrap().total_processed(),
        0
    );
}

#[test]
fn a_source_that_is_there_already_is_written_anew() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    let receipt = home.receive(conn, 0, "20.00", Some("Tesco"));
    let payment = home.pay(conn, 0, "20.00", "TESCO");
    run(conn);
    conn.batch_execute(
        "DELETE FROM gmail_transaction_matches;
         UPDATE transaction_enrichment_sources SET is_primary = false, description = 'old'",
    )
    .unwrap();
    let order = GmailReceiptChanges {
        order_id: Some(Some("T-1")),
        ..Default::default()
    };
    change(conn, receipt, &order);
    let found = run(conn);
    assert_eq!(found.matched[0].order_id.as_deref(), Some("T-1"));
    assert_eq!(sources(conn, payment), format!("gmail {receipt}*"));
    let told = TransactionEnrichmentSource::find_description(conn, EVERYONE, payment).unwrap();
    assert_eq!(told.as_deref(), Some("Tesco #T-1"));
}
