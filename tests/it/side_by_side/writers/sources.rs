//! Sources of one transaction, written by both.

use diesel::prelude::*;
use spending_db::models::enrichment::{
    NewTransactionEnrichmentSource, TransactionEnrichmentSource,
};
use spending_db::operations::enrichment_sources::{add, set_primary};
use spending_db::types::{EVERYONE, EnrichmentSourceType, TrueLayerTransactionId};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::sql::{execute, lines};
use crate::support::threads::race;

fn source(payment: TrueLayerTransactionId, id: i32) -> NewTransactionEnrichmentSource<'static> {
    NewTransactionEnrichmentSource {
        source_id: Some(id),
        is_primary: Some(true),
        ..NewTransactionEnrichmentSource::new(payment, EnrichmentSourceType::Amazon, "new")
    }
}

fn insert(payment: TrueLayerTransactionId, id: usize) -> String {
    format!(
        "INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description, is_primary)
         VALUES ({payment}, 'amazon', {id}, 'old', TRUE)
         ON CONFLICT (truelayer_transaction_id, source_type, source_id) DO UPDATE SET
             description = EXCLUDED.description, updated_at = NOW()"
    )
}

fn primaries(conn: &mut PgConnection) -> Vec<String> {
    lines(
        conn,
        "SELECT id::text AS line FROM transaction_enrichment_sources WHERE is_primary",
    )
}

#[test]
fn the_same_source_is_stored_once_and_one_is_primary() {
    let db = TestDatabase::new();
    let payment = Household::new(&mut db.conn(), "ada").payment;
    let old = |conn: &mut PgConnection, round: usize| {
        execute(conn, &insert(payment, round)).unwrap();
    };
    let new = |conn: &mut PgConnection, round: usize| {
        add(
            conn,
            EVERYONE,
            &source(payment, i32::try_from(round).unwrap()),
        )
        .unwrap();
    };
    race(&db, &[&old, &new, &old, &new], |conn, round| {
        assert_eq!(primaries(conn).len(), 1);
        let sources = TransactionEnrichmentSource::list_for_transaction(conn, EVERYONE, payment);
        assert_eq!(sources.unwrap().len(), round + 1);
    });
}

#[test]
fn different_sources_at_once_leave_one_primary() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let payment = Household::new(conn, "ada").payment;
    let [first, second, third] =
        [1, 2, 3].map(|id| add(conn, EVERYONE, &source(payment, id)).unwrap().id);
    let chooses_first =
        format!("UPDATE transaction_enrichment_sources SET is_primary = TRUE WHERE id = {first}");
    let old_choice = |conn: &mut PgConnection, _| {
        assert_eq!(execute(conn, &chooses_first), Ok(1));
    };
    let old_insert = |conn: &mut PgConnection, round: usize| {
        execute(conn, &insert(payment, 1000 + round)).unwrap();
    };
    let new_choice =
        |conn: &mut PgConnection, _| set_primary(conn, EVERYONE, payment, second).unwrap();
    let new_insert = |conn: &mut PgConnection, _| {
        add(conn, EVERYONE, &source(payment, 3)).unwrap();
    };
    race(
        &db,
        &[&old_choice, &old_insert, &new_choice, &new_insert],
        |conn, _| {
            assert_eq!(primaries(conn).len(), 1);
        },
    );
    assert!(TransactionEnrichmentSource::find(conn, EVERYONE, third).is_ok());
}

/// An old `UPDATE` has its row before it asks for the transaction; the new code has the transaction first.
#[test]
fn choosing_and_adding_the_same_source_do_not_wait_for_each_other() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let payment = Household::new(conn, "ada").payment;
    let [first, second] = [1, 2].map(|id| add(conn, EVERYONE, &source(payment, id)).unwrap().id);
    let choose =
        |id| format!("UPDATE transaction_enrichment_sources SET is_primary = TRUE WHERE id = {id}");
    let (choose_first, choose_second) = (choose(first), choose(second));
    let old_first = |conn: &mut PgConnection, _| {
        assert_eq!(execute(conn, &choose_first), Ok(1));
    };
    let old_second = |conn: &mut PgConnection, _| {
        assert_eq!(execute(conn, &choose_second), Ok(1));
    };
    let new_add = |conn: &mut PgConnection, _| {
        add(conn, EVERYONE, &source(payment, 1)).unwrap();
    };
    let new_choice =
        |conn: &mut PgConnection, _| set_primary(conn, EVERYONE, payment, second).unwrap();
    race(
        &db,
        &[&old_first, &new_add, &old_second, &new_choice],
        |conn, _| {
            assert_eq!(primaries(conn).len(), 1);
        },
    );
}
