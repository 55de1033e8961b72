//! Whoever writes what hangs on a transaction locks the transaction first, so that none waits for another in a circle.

use std::thread;
use std::time::Duration;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use spending_db::models::enrichment::{
    NewTransactionEnrichmentSource, TransactionEnrichmentSource, TransactionEnrichmentSourceChanges,
};
use spending_db::models::truelayer::TrueLayerTransaction;
use spending_db::operations::custom_categories::hide;
use spending_db::operations::enrichment_sources::{add, set_primary};
use spending_db::operations::pre_enrichment_status::backfill;
use spending_db::types::{EVERYONE, PreEnrichmentStatus, TrueLayerTransactionId};
use spending_db::{Error, Result};

use super::fixtures::{Household, Payment, order, primaries, run, transaction};
use crate::support::threads::{Work, race};
use crate::support::{TestDatabase, wait_until};

/// Long enough for another thread to come in between.
fn dawdle() {
    thread::sleep(Duration::from_millis(5));
}

fn primary(
    payment: TrueLayerTransactionId,
    source_id: i32,
) -> NewTransactionEnrichmentSource<'static> {
    NewTransactionEnrichmentSource {
        is_primary: Some(true),
        ..order(payment, source_id)
    }
}

#[test]
fn steps_in_one_database_transaction_never_deadlock_with_others() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay(conn, Payment::default());
    let ids: Vec<_> = (0..3)
        .map(|number| add(conn, home.user, &order(paid, number)).unwrap().id)
        .collect();
    let mark = |is_primary| TransactionEnrichmentSourceChanges {
        is_primary: Some(is_primary),
        ..TransactionEnrichmentSourceChanges::default()
    };
    let swaps = |conn: &mut PgConnection, _| {
        let swapped: Result<_> = conn.transaction(|conn| {
            for (id, is_primary) in [(ids[0], false), (ids[1], true)] {
                TransactionEnrichmentSource::update(conn, home.user, id, &mark(is_primary))?;
                dawdle();
            }
            Ok(())
        });
        swapped.unwrap();
    };
    let replaces = |conn: &mut PgConnection, round: usize| {
        let number = i32::try_from(round).unwrap() + 100;
        let replaced: Result<_> = conn.transaction(|conn| {
            let shown = TransactionEnrichmentSource::find_primary(conn, home.user, paid)?;
            let shown = shown.ok_or(Error::NotFound)?;
            if !ids.contains(&shown.id) {
                TransactionEnrichmentSource::delete(conn, home.user, shown.id)?;
            }
            dawdle();
            primary(paid, number).insert(conn).map(drop)
        });
        replaced.unwrap();
    };
    let inserts = |conn: &mut PgConnection, round: usize| {
        let number = i32::try_from(round).unwrap() + 200;
        let inserted: Result<_> = conn.transaction(|conn| {
            let plain = NewTransactionEnrichmentSource {
                is_primary: Some(false),
                ..order(paid, number)
            };
            let source = plain.insert(conn)?;
            dawdle();
            set_primary(conn, home.user, paid, source.id)
        });
        inserted.unwrap();
    };
    let adds = |conn: &mut PgConnection, _| {
        for number in 0..3 {
            add(conn, home.user, &primary(paid, number)).unwrap();
            dawdle();
        }
    };
    let works: [Work<'_>; 5] = [&swaps, &replaces, &adds, &inserts, &adds];
    race(&db, &works, |conn, _| {
        assert_eq!(primaries(conn, paid).len(), 1);
    });
}

#[test]
fn a_source_that_is_inserted_twice_at_once_is_there_once() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let paid = home.pay(&mut db.conn(), Payment::default());
    let inserts = |conn: &mut PgConnection, round: usize| {
        let number = i32::try_from(round).unwrap();
        let inserted: Result<_> = conn.transaction(|conn| {
            let plain = NewTransactionEnrichmentSource {
                is_primary: Some(false),
                ..order(paid, number)
            };
            let source = plain.insert(conn)?;
            dawdle();
            set_primary(conn, home.user, paid, source.id)
        });
        assert!(
            matches!(inserted, Ok(()) | Err(Error::Conflict { .. })),
            "{inserted:?}"
        );
    };
    let adds = |conn: &mut PgConnection, round: usize| {
        add(
            conn,
            home.user,
            &primary(paid, i32::try_from(round).unwrap()),
        )
        .unwrap();
    };
    race(&db, &[&inserts, &adds, &inserts], |conn, round| {
        let sources =
            TransactionEnrichmentSource::list_for_transaction(conn, EVERYONE, paid).unwrap();
        assert_eq!(sources.len(), round + 1);
        assert_eq!(primaries(conn, paid), [sources[0].id]);
    });
}

#[test]
fn those_who_write_many_transactions_lock_them_in_one_order() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let food = || Payment {
        category: Some("Food"),
        ..Payment::default()
    };
    let paid: Vec<_> = (0..50).map(|_| home.pay(&mut db.conn(), food())).collect();
    let names: Vec<_> = paid.iter().rev().map(|id| (*id, Some("AMAZON"))).collect();
    let names_them = |conn: &mut PgConnection, _| {
        let renamed = TrueLayerTransaction::set_merchant_names(conn, home.user, &names).unwrap();
        assert_eq!(renamed, paid.len());
    };
    let hides = |conn: &mut PgConnection, _| {
        hide(conn, home.user, "Food").unwrap();
    };
    let sets_anew = |conn: &mut PgConnection, _| {
        backfill(conn, home.user).unwrap();
    };
    race(
        &db,
        &[&names_them, &hides, &sets_anew, &names_them],
        |conn, _| {
            let row = transaction(conn, paid[0]);
            assert_eq!(
                (row.transaction_category, row.merchant_name.as_deref()),
                (None, Some("AMAZON"))
            );
            run(
                conn,
                "UPDATE truelayer_transactions SET transaction_category = 'Food', merchant_name = NULL,
                     pre_enrichment_status = 'Apple'",
            );
        },
    );
}

#[test]
fn a_match_that_goes_while_statuses_are_set_anew_leaves_nothing_matched() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let amazon = Payment {
        description: "AMAZON",
        status: Some(PreEnrichmentStatus::Amazon),
        ..Payment::default()
    };
    let paid = home.pay(conn, amazon);
    run(
        conn,
        &format!(
            "INSERT INTO amazon_orders (id, order_id, order_date, website, currency, total_owed, product_names)
                 VALUES (1, '204', '2026-03-01', 'Amazon.co.uk', 'GBP', 12.5, 'A book');
             INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
                 VALUES ({paid}, 1, 90)"
        ),
    );
    let (db, home, watcher) = (&db, &home, &mut db.conn());
    thread::scope(|scope| {
        conn.transaction::<_, Error, _>(|conn| {
            TrueLayerTransaction::set_pre_enrichment_status(
                conn,
                home.user,
                paid,
                PreEnrichmentStatus::Amazon,
            )?;
            let sets_anew = scope.spawn(move || backfill(&mut db.conn(), home.user).unwrap());
            wait_until(|| waiting(watcher) == 1);
            run(conn, "DELETE FROM truelayer_amazon_transaction_matches");
            assert!(!sets_anew.is_finished());
            Ok(())
        })
        .unwrap();
    });
    let status = transaction(conn, paid).pre_enrichment_status;
    assert_eq!(status, Some(PreEnrichmentStatus::Amazon));
}

/// How many sessions of this database wait for a lock.
fn waiting(conn: &mut PgConnection) -> i64 {
    let waiting = sql::<BigInt>(
        "(SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')",
    );
    diesel::select(waiting).get_result(conn).unwrap()
}
