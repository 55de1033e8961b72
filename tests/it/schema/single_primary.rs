//! A transaction has at most one primary source, whoever writes and in whatever order.

use std::sync::Barrier;
use std::thread;

use diesel::prelude::*;
use spending_db::models::enrichment::{
    NewTransactionEnrichmentSource, TransactionEnrichmentSource, TransactionEnrichmentSourceChanges,
};
use spending_db::types::{
    EnrichmentSourceType, TransactionEnrichmentSourceId, TrueLayerTransactionId,
};

use crate::schema::execute;
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::assert_conflict;

const PRIMARY: TransactionEnrichmentSourceChanges = TransactionEnrichmentSourceChanges {
    description: None,
    order_id: None,
    line_items: None,
    match_confidence: None,
    match_method: None,
    is_primary: Some(true),
    user_verified: None,
};

fn source(
    payment: TrueLayerTransactionId,
    source_id: Option<i32>,
    is_primary: bool,
) -> NewTransactionEnrichmentSource<'static> {
    NewTransactionEnrichmentSource {
        source_id,
        is_primary: Some(is_primary),
        ..NewTransactionEnrichmentSource::new(payment, EnrichmentSourceType::Amazon, "A book")
    }
}

fn primaries(conn: &mut PgConnection, home: &Household) -> Vec<TransactionEnrichmentSourceId> {
    TransactionEnrichmentSource::list_for_transaction(conn, home.user, home.payment)
        .unwrap()
        .into_iter()
        .filter(|source| source.is_primary)
        .map(|source| source.id)
        .collect()
}

#[test]
fn a_new_primary_takes_the_mark() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let first = source(home.payment, Some(1), true).insert(conn).unwrap();
    let elsewhere = source(home.refund, Some(1), true).insert(conn).unwrap();
    let second = source(home.payment, Some(2), true).insert(conn).unwrap();
    assert_eq!(primaries(conn, &home), [second.id]);

    TransactionEnrichmentSource::update(conn, home.user, first.id, &PRIMARY).unwrap();
    assert_eq!(primaries(conn, &home), [first.id]);
    let elsewhere = TransactionEnrichmentSource::find(conn, home.user, elsewhere.id).unwrap();
    assert!(elsewhere.is_primary, "another transaction keeps its own");

    let shown = TransactionEnrichmentSource::find_primary(conn, home.user, home.payment).unwrap();
    assert_eq!(shown.unwrap().id, first.id);
}

/// D01: the old trigger took the mark from the row that was just being written again.
#[test]
fn a_primary_that_is_written_again_stays_primary() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let first = source(home.payment, Some(1), true).upsert(conn).unwrap();
    for _ in 0..2 {
        let again = source(home.payment, Some(1), true).upsert(conn).unwrap();
        assert!(again.is_primary);
        assert_eq!(again.id, first.id);
        assert_eq!(primaries(conn, &home), [first.id]);
    }
    let second = source(home.payment, Some(2), false).upsert(conn).unwrap();
    assert_eq!(primaries(conn, &home), [first.id]);
    source(home.payment, Some(2), true).upsert(conn).unwrap();
    assert_eq!(primaries(conn, &home), [second.id]);
}

#[test]
fn a_batch_leaves_one_primary() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let first = source(home.payment, Some(1), true).insert(conn).unwrap();
    let batch = format!(
        "INSERT INTO transaction_enrichment_sources
             (truelayer_transaction_id, source_type, source_id, description, is_primary)
         VALUES ({payment}, 'amazon', 1, 'again', true), ({payment}, 'apple', 1, 'a game', false)
         ON CONFLICT (truelayer_transaction_id, source_type, source_id)
         DO UPDATE SET description = EXCLUDED.description, is_primary = EXCLUDED.is_primary",
        payment = home.payment,
    );
    for _ in 0..2 {
        assert_eq!(execute(conn, &batch), Ok(2));
        assert_eq!(primaries(conn, &home), [first.id]);
    }
}

#[test]
fn an_insert_that_does_nothing_takes_no_mark() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    source(home.payment, Some(1), false).insert(conn).unwrap();
    let primary = source(home.payment, Some(2), true).insert(conn).unwrap();
    let statement = format!(
        "INSERT INTO transaction_enrichment_sources
             (truelayer_transaction_id, source_type, source_id, description, is_primary)
         VALUES ({}, 'amazon', 1, 'A book', true) ON CONFLICT DO NOTHING",
        home.payment
    );
    assert_eq!(execute(conn, &statement), Ok(0));
    assert_eq!(primaries(conn, &home), [primary.id]);

    let refused = source(home.payment, Some(1), true).insert(conn);
    assert_conflict(
        refused,
        "transaction_enrichment_source_truelayer_transaction_id_sour_key",
    );
    assert_eq!(primaries(conn, &home), [primary.id]);
}

#[test]
fn the_mark_moves_within_a_transaction_that_is_rolled_back_or_not() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let first = source(home.payment, Some(1), true).insert(conn).unwrap();
    let second = source(home.payment, Some(2), false).insert(conn).unwrap();
    let unset = TransactionEnrichmentSourceChanges {
        is_primary: Some(false),
        ..PRIMARY
    };
    let swap = |conn: &mut PgConnection| {
        TransactionEnrichmentSource::update(conn, home.user, first.id, &unset)?;
        TransactionEnrichmentSource::update(conn, home.user, second.id, &PRIMARY)
    };
    conn.test_transaction::<_, spending_db::Error, _>(|conn| {
        swap(conn)?;
        assert_eq!(primaries(conn, &home), [second.id]);
        Ok(())
    });
    assert_eq!(primaries(conn, &home), [first.id]);
    conn.transaction(swap).unwrap();
    assert_eq!(primaries(conn, &home), [second.id]);
}

#[test]
fn sources_without_an_id_share_one_mark_too() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let first = source(home.payment, None, true).insert(conn).unwrap();
    let second = source(home.payment, None, true).upsert(conn).unwrap();
    assert_ne!(second.id, first.id, "nothing tells them apart");
    assert_eq!(primaries(conn, &home), [second.id]);
}

#[test]
fn a_primary_that_moves_takes_the_mark_where_it_arrives() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    source(home.payment, Some(1), true).insert(conn).unwrap();
    let moved = source(home.refund, Some(2), true).insert(conn).unwrap();
    let statement = format!(
        "UPDATE transaction_enrichment_sources SET truelayer_transaction_id = {} WHERE id = {}",
        home.payment, moved.id
    );
    assert_eq!(execute(conn, &statement), Ok(1));
    assert_eq!(primaries(conn, &home), [moved.id]);
}

#[test]
fn threads_that_race_for_the_mark_end_with_one_primary_and_no_error() {
    const ROUNDS: i32 = 50;
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let start = Barrier::new(4);
    thread::scope(|scope| {
        for number in 0..4 {
            let (db, home, start) = (&db, &home, &start);
            scope.spawn(move || {
                let conn = &mut db.conn();
                start.wait();
                for _ in 0..ROUNDS {
                    let own = source(home.payment, Some(number), true)
                        .upsert(conn)
                        .unwrap();
                    TransactionEnrichmentSource::update(conn, home.user, own.id, &PRIMARY).unwrap();
                }
            });
        }
    });
    assert_eq!(primaries(&mut db.conn(), &home).len(), 1);
}
