//! Adding sources, choosing the primary one, the order in which they are shown.

use serde_json::json;
use spending_db::Error;
use spending_db::models::enrichment::{
    NewTransactionEnrichmentSource, TransactionEnrichmentSource,
};
use spending_db::operations::enrichment_sources::{add, llm_context, llm_contexts, set_primary};
use spending_db::types::{EVERYONE, EnrichmentSourceType};

use super::super::call;
use super::fixtures::{Household, Payment, order, primaries, run};
use crate::support::TestDatabase;

fn primary(source: NewTransactionEnrichmentSource<'_>) -> NewTransactionEnrichmentSource<'_> {
    NewTransactionEnrichmentSource {
        is_primary: Some(true),
        ..source
    }
}

#[test]
fn a_source_that_is_added_again_as_primary_is_the_only_primary() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay(conn, Payment::default());
    let first = add(conn, home.user, &primary(order(paid, 1))).unwrap();
    let other = add(conn, home.user, &order(paid, 2)).unwrap();
    assert!(first.is_primary && !other.is_primary);

    let again = NewTransactionEnrichmentSource {
        description: "Two books",
        ..primary(order(paid, 1))
    };
    let again = add(conn, home.user, &again).unwrap();
    assert_eq!(
        (again.id, again.description.as_str()),
        (first.id, "Two books")
    );
    assert_eq!(primaries(conn, paid), [first.id], "it was primary already");

    add(conn, home.user, &primary(order(paid, 2))).unwrap();
    assert_eq!(
        primaries(conn, paid),
        [other.id],
        "it takes the mark from another"
    );
    let answer = call(
        conn,
        "add_enrichment_source",
        json!({"transaction_id": paid, "source_type": "amazon", "description": "x", "source_id": 2, "is_primary": true}),
    );
    assert_eq!(answer, Ok(json!(other.id)));
    assert_eq!(primaries(conn, paid), [other.id]);
}

#[test]
fn what_is_left_out_is_overwritten_and_the_mark_stays() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay(conn, Payment::default());
    let (items, none) = (json!([{"name": "A book"}]), json!([]));
    let full = NewTransactionEnrichmentSource {
        order_id: Some("204"),
        line_items: Some(&items),
        match_confidence: Some(80),
        match_method: Some("amount_date_match"),
        ..order(paid, 1)
    };
    let before = add(conn, home.user, &full).unwrap();
    assert_eq!(before.line_items, Some(items.clone()));
    let bare = NewTransactionEnrichmentSource {
        line_items: Some(&none),
        is_primary: Some(false),
        ..order(paid, 1)
    };
    let after = add(conn, home.user, &bare).unwrap();
    assert_eq!(
        (after.order_id, after.line_items, after.match_method),
        (None, None, None)
    );
    assert_eq!(
        (
            after.match_confidence,
            after.is_primary,
            after.user_verified
        ),
        (100, true, false)
    );
    assert_eq!(after.created_at, before.created_at);
    assert!(after.updated_at > before.updated_at);
}

#[test]
fn every_note_by_hand_is_a_source_of_its_own() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay(conn, Payment::default());
    let note = NewTransactionEnrichmentSource::new(paid, EnrichmentSourceType::Manual, "a present");
    let first = add(conn, home.user, &note).unwrap();
    let second = add(conn, home.user, &primary(note)).unwrap();
    assert_ne!(first.id, second.id);
    assert_eq!(primaries(conn, paid), [second.id]);
}

#[test]
fn a_source_that_a_person_verified_stays_primary_until_a_person_chooses_another() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay(conn, Payment::default());
    let verified = NewTransactionEnrichmentSource {
        user_verified: Some(true),
        ..order(paid, 1)
    };
    let verified = add(conn, home.user, &verified).unwrap();
    let other = add(conn, home.user, &primary(order(paid, 2))).unwrap();
    assert!(!other.is_primary);
    assert_eq!(primaries(conn, paid), [verified.id]);
    add(conn, home.user, &primary(order(paid, 1))).unwrap();
    assert_eq!(
        primaries(conn, paid),
        [verified.id],
        "adding itself again changes nothing"
    );
    set_primary(conn, home.user, paid, other.id).unwrap();
    assert_eq!(primaries(conn, paid), [other.id]);
}

#[test]
fn nothing_is_stored_where_a_value_is_refused() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay(conn, Payment::default());
    for (arguments, kind) in [
        (
            json!({"transaction_id": paid, "source_type": "ebay", "description": "x"}),
            "invalid_params",
        ),
        (
            json!({"transaction_id": paid, "source_type": "amazon", "description": null}),
            "invalid_params",
        ),
        (
            json!({"transaction_id": paid, "source_type": "amazon", "description": "x", "confidence": 101}),
            "invalid_input",
        ),
        (
            json!({"transaction_id": 4242, "source_type": "amazon", "description": "x"}),
            "not_found",
        ),
    ] {
        let failure = call(conn, "add_enrichment_source", arguments).unwrap_err();
        assert_eq!(failure.data["kind"], kind, "{failure:?}");
    }
    assert_eq!(primaries(conn, paid), []);
}

#[test]
fn equal_sources_come_oldest_first_in_every_question() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay(conn, Payment::default());
    let names = ["fourth", "third", "second", "first"];
    for (number, name) in (1..).zip(names) {
        let source = NewTransactionEnrichmentSource {
            description: name,
            is_primary: Some(false),
            ..order(paid, number)
        };
        add(conn, home.user, &source).unwrap();
    }
    // The newest row is the oldest source; two are of one instant.
    run(
        conn,
        "UPDATE transaction_enrichment_sources SET created_at = '2026-01-01'::timestamptz - source_id * interval '1 day'",
    );
    run(
        conn,
        "UPDATE transaction_enrichment_sources SET created_at = '2025-12-29' WHERE description IN ('second', 'third')",
    );
    let line = "Amazon Products: first | Amazon Products: third | Amazon Products: second | Amazon Products: fourth";
    assert_eq!(
        llm_context(conn, home.user, paid).unwrap().as_deref(),
        Some(line)
    );
    assert_eq!(
        llm_contexts(conn, home.user, &[paid, paid]).unwrap()[&paid],
        line
    );
    let shown = TransactionEnrichmentSource::find_description(conn, home.user, paid).unwrap();
    assert_eq!(shown.as_deref(), Some("first"));
    let one = TransactionEnrichmentSource::list_for_transaction(conn, home.user, paid).unwrap();
    let many =
        TransactionEnrichmentSource::list_for_transactions(conn, home.user, &[paid]).unwrap();
    assert_eq!(many[&paid], one);
}

#[test]
fn other_types_have_a_label_too() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay(conn, Payment::default());
    let fresh =
        NewTransactionEnrichmentSource::new(paid, EnrichmentSourceType::AmazonFresh, "Milk");
    add(conn, home.user, &fresh).unwrap();
    assert_eq!(
        llm_context(conn, EVERYONE, paid).unwrap().as_deref(),
        Some("Details: Milk")
    );
}

#[test]
fn sources_are_their_owners() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let paid = ada.pay(conn, Payment::default());
    let source = add(conn, ada.user, &order(paid, 1)).unwrap();
    let other = add(conn, ada.user, &order(paid, 2)).unwrap();

    assert_eq!(
        TransactionEnrichmentSource::list_for_transaction(conn, bob.user, paid).unwrap(),
        []
    );
    assert!(
        TransactionEnrichmentSource::list_for_transactions(conn, bob.user, &[paid])
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        TransactionEnrichmentSource::find_description(conn, bob.user, paid).unwrap(),
        None
    );
    assert_eq!(llm_context(conn, bob.user, paid).unwrap(), None);
    assert!(llm_contexts(conn, bob.user, &[paid]).unwrap().is_empty());
    for refused in [
        add(conn, bob.user, &order(paid, 3)).map(|_| ()),
        set_primary(conn, bob.user, paid, other.id),
        TransactionEnrichmentSource::delete(conn, bob.user, source.id),
    ] {
        assert!(matches!(refused, Err(Error::NotFound)), "{refused:?}");
    }
    assert_eq!(primaries(conn, paid), [source.id]);
    TransactionEnrichmentSource::delete(conn, ada.user, source.id).unwrap();
    assert_eq!(primaries(conn, paid), [], "no other takes its place");
}

#[test]
fn a_source_of_another_transaction_is_not_made_primary() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let (paid, elsewhere) = (
        home.pay(conn, Payment::default()),
        home.pay(conn, Payment::default()),
    );
    let source = add(conn, home.user, &order(paid, 1)).unwrap();
    let other = add(conn, home.user, &order(elsewhere, 1)).unwrap();
    assert!(matches!(
        set_primary(conn, home.user, paid, other.id),
        Err(Error::NotFound)
    ));
    assert_eq!(primaries(conn, paid), [source.id]);
    set_primary(conn, home.user, paid, source.id).unwrap();
    assert_eq!(primaries(conn, paid), [source.id], "chosen again");
}
