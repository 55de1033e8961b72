//! Which transactions wait for enrichment.

use diesel::prelude::*;
use serde_json::json;
use spending_db::Error;
use spending_db::models::truelayer::{TrueLayerTransaction, TrueLayerTransactionChanges};
use spending_db::types::{EVERYONE, TransactionType, TrueLayerTransactionId};

use super::super::call;
use super::fixtures::{Household, Payment, transaction};
use crate::support::TestDatabase;

fn waiting() -> Payment {
    Payment {
        required: true,
        ..Payment::default()
    }
}

fn ids(rows: spending_db::Result<Vec<TrueLayerTransaction>>) -> Vec<TrueLayerTransactionId> {
    rows.unwrap().into_iter().map(|row| row.id).collect()
}

#[test]
fn one_direction_is_asked_for_before_the_limit_cuts() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let debits = [home.pay(conn, waiting()), home.pay(conn, waiting())];
    let credit = Payment {
        direction: TransactionType::Credit,
        time: "2026-03-02T00:00:00Z",
        ..waiting()
    };
    let credit = home.pay(conn, credit);
    let unenriched = |conn: &mut PgConnection, direction, limit| {
        ids(TrueLayerTransaction::list_unenriched(
            conn, home.user, direction, limit,
        ))
    };
    let newest_first = [credit, debits[1], debits[0]];
    assert_eq!(
        unenriched(conn, None, None),
        newest_first,
        "equal instants: the greatest id first"
    );
    assert_eq!(unenriched(conn, None, Some(2)), newest_first[..2]);
    assert_eq!(
        unenriched(conn, Some(TransactionType::Debit), Some(2)),
        [debits[1], debits[0]]
    );
    assert_eq!(
        unenriched(conn, Some(TransactionType::Credit), Some(2)),
        [credit]
    );
    let failure = call(
        conn,
        "get_required_unenriched_transactions",
        json!({"limit": -1}),
    )
    .unwrap_err();
    assert_eq!(failure.data["field"], "limit");
    for unlimited in [json!(0), json!(null), json!(1_u64 << 40)] {
        let arguments = json!({"limit": unlimited});
        let all = call(conn, "get_required_unenriched_transactions", arguments).unwrap();
        assert_eq!(all.as_array().unwrap().len(), 3, "{unlimited}");
    }
}

#[test]
fn only_a_primary_category_counts_as_enriched() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for metadata in [
        json!({"enrichment": {"primary_category": "Dining"}}),
        json!({"enrichment": {"primary_category": ""}}),
    ] {
        home.pay(
            conn,
            Payment {
                metadata: Some(metadata),
                ..waiting()
            },
        );
    }
    home.pay(conn, Payment::default());
    let mut unenriched = vec![home.pay(conn, waiting())];
    for metadata in [
        json!({"enrichment": {"primary_category": null}}),
        json!({"enrichment": {"subcategory": "Coffee"}}),
        json!({"enrichment": "Dining"}),
        json!({"enrichment": ["primary_category"]}),
        json!({"enrichment": null}),
        json!({}),
        json!([]),
    ] {
        unenriched.insert(
            0,
            home.pay(
                conn,
                Payment {
                    metadata: Some(metadata),
                    ..waiting()
                },
            ),
        );
    }
    assert_eq!(
        ids(TrueLayerTransaction::list_unenriched(
            conn, EVERYONE, None, None
        )),
        unenriched
    );
}

#[test]
fn waiting_is_the_owners_to_say_and_to_see() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let metadata = json!({"enrichment": {"llm_provider": "anthropic"}});
    let paid = ada.pay(
        conn,
        Payment {
            metadata: Some(metadata),
            ..waiting()
        },
    );
    let refused = TrueLayerTransaction::set_enrichment_required(conn, bob.user, paid, false);
    assert!(matches!(refused, Err(Error::NotFound)));
    let refused = TrueLayerTransaction::toggle_enrichment_required(conn, bob.user, paid);
    assert!(matches!(refused, Err(Error::NotFound)));
    assert_eq!(
        ids(TrueLayerTransaction::list_unenriched(
            conn, bob.user, None, None
        )),
        []
    );
    assert!(transaction(conn, paid).enrichment_required);

    let toggled = TrueLayerTransaction::toggle_enrichment_required(conn, ada.user, paid).unwrap();
    assert_eq!(
        (
            toggled.enrichment_required,
            toggled.enrichment_source.as_deref()
        ),
        (false, Some("anthropic"))
    );
    TrueLayerTransaction::set_enrichment_required(conn, ada.user, paid, true).unwrap();
    assert_eq!(
        ids(TrueLayerTransaction::list_unenriched(
            conn, ada.user, None, None
        )),
        [paid]
    );
}

#[test]
fn the_flag_is_cleared_with_the_enrichment_or_not_at_all() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay(conn, waiting());
    let metadata = json!({"enrichment": {"primary_category": "Dining"}});
    let changes = TrueLayerTransactionChanges {
        metadata: Some(Some(&metadata)),
        ..TrueLayerTransactionChanges::default()
    };
    let store = |conn: &mut PgConnection, outcome: spending_db::Result<()>| {
        conn.transaction(|conn| {
            TrueLayerTransaction::update(conn, home.user, paid, &changes)?;
            TrueLayerTransaction::set_enrichment_required(conn, home.user, paid, false)?;
            outcome
        })
    };
    let before = transaction(conn, paid);
    assert!(store(conn, Err(Error::NotFound)).is_err());
    assert_eq!(transaction(conn, paid), before);
    store(conn, Ok(())).unwrap();
    let after = transaction(conn, paid);
    assert_eq!(
        (after.metadata, after.enrichment_required),
        (Some(metadata.clone()), false)
    );
}
