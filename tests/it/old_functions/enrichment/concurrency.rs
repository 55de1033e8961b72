//! Threads that change the same rows at once leave them as one after the other would, and none fails.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::enrichment::{
    NewTransactionEnrichmentSource, TransactionEnrichmentSource, TransactionEnrichmentSourceChanges,
};
use spending_db::models::rules::{
    CategoryRule, MerchantNormalization, NewCategoryRule, NewMerchantNormalization,
};
use spending_db::models::truelayer::{TrueLayerTransaction, TrueLayerTransactionChanges};
use spending_db::operations::custom_categories::{GatheredSubcategory, hide, promote, unhide};
use spending_db::operations::enrichment_sources::{add, set_primary};
use spending_db::operations::pre_enrichment_status::backfill;
use spending_db::types::{EVERYONE, PreEnrichmentStatus, TrueLayerTransactionId};

use super::fixtures::{Household, Payment, order, primaries, run, transaction};
use crate::support::TestDatabase;
use crate::support::threads::{ROUNDS, Work, race};

/// One payment a round.
fn payments(db: &TestDatabase, home: &Household) -> Vec<TrueLayerTransactionId> {
    let conn = &mut db.conn();
    (0..ROUNDS)
        .map(|_| home.pay(conn, Payment::default()))
        .collect()
}

fn primary(source: NewTransactionEnrichmentSource<'_>) -> NewTransactionEnrichmentSource<'_> {
    NewTransactionEnrichmentSource {
        is_primary: Some(true),
        ..source
    }
}

#[test]
fn the_first_sources_of_a_transaction_make_one_primary() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let paid = payments(&db, &home);
    let next = AtomicUsize::new(0);
    let first = |conn: &mut PgConnection, round: usize| {
        let number = next.fetch_add(1, Ordering::Relaxed);
        add(
            conn,
            home.user,
            &order(paid[round], i32::try_from(number).unwrap()),
        )
        .unwrap();
    };
    race(&db, &[&first, &first, &first, &first], |conn, round| {
        let sources =
            TransactionEnrichmentSource::list_for_transaction(conn, EVERYONE, paid[round]).unwrap();
        assert_eq!(sources.len(), 4);
        assert_eq!(primaries(conn, paid[round]).len(), 1);
    });
}

#[test]
fn the_same_source_added_at_once_is_one_primary_source() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let paid = payments(&db, &home);
    let matched = |conn: &mut PgConnection, round: usize| {
        add(conn, home.user, &primary(order(paid[round], 1))).unwrap();
    };
    let unasked = |conn: &mut PgConnection, round: usize| {
        add(conn, home.user, &order(paid[round], 1)).unwrap();
    };
    race(
        &db,
        &[&matched, &unasked, &matched, &unasked],
        |conn, round| {
            let sources =
                TransactionEnrichmentSource::list_for_transaction(conn, EVERYONE, paid[round])
                    .unwrap();
            assert_eq!(sources.len(), 1);
            assert!(sources[0].is_primary);
        },
    );
}

#[test]
fn every_way_to_move_the_mark_leaves_one_primary() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = home.pay(conn, Payment::default());
    let ids: Vec<_> = (0..4)
        .map(|number| add(conn, home.user, &order(paid, number)).unwrap().id)
        .collect();
    let mark = TransactionEnrichmentSourceChanges {
        is_primary: Some(true),
        ..TransactionEnrichmentSourceChanges::default()
    };
    let chooses = |conn: &mut PgConnection, _| set_primary(conn, home.user, paid, ids[0]).unwrap();
    let adds = |conn: &mut PgConnection, _| {
        add(conn, home.user, &primary(order(paid, 1))).unwrap();
    };
    let updates = |conn: &mut PgConnection, _| {
        TransactionEnrichmentSource::update(conn, home.user, ids[2], &mark).unwrap();
    };
    let upserts = |conn: &mut PgConnection, _| {
        primary(order(paid, 3)).upsert(conn).unwrap();
    };
    let brings_another = |conn: &mut PgConnection, round: usize| {
        let number = i32::try_from(round).unwrap() + 100;
        let source = add(conn, home.user, &primary(order(paid, number))).unwrap();
        TransactionEnrichmentSource::delete(conn, home.user, source.id).unwrap();
    };
    let works: [Work<'_>; 5] = [&chooses, &adds, &updates, &upserts, &brings_another];
    race(&db, &works, |conn, _| {
        let primaries = primaries(conn, paid);
        // Only the one that was brought can have been deleted with the mark.
        assert!(primaries.len() <= 1);
        assert!(primaries.iter().all(|id| ids.contains(id)));
        set_primary(conn, home.user, paid, ids[3]).unwrap();
    });
    race(&db, &works[..4], |conn, _| {
        assert_eq!(primaries(conn, paid).len(), 1);
    });
}

#[test]
fn deleting_a_transaction_waits_for_its_sources() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let paid = payments(&db, &home);
    let adds = |conn: &mut PgConnection, round: usize| {
        let outcome = add(conn, home.user, &primary(order(paid[round], 1)));
        assert!(
            matches!(outcome, Ok(_) | Err(Error::NotFound)),
            "{outcome:?}"
        );
    };
    let deletes = |conn: &mut PgConnection, round: usize| {
        TrueLayerTransaction::delete(conn, home.user, paid[round]).unwrap();
    };
    race(&db, &[&adds, &deletes, &adds], |conn, round| {
        let sources =
            TransactionEnrichmentSource::list_for_transaction(conn, EVERYONE, paid[round]);
        assert_eq!(sources.unwrap(), []);
    });
}

/// Payments of one category and subcategory, made anew where a round has rewritten them.
fn coffees(conn: &mut PgConnection, home: &Household) -> Vec<TrueLayerTransactionId> {
    let metadata = json!({"enrichment": {"primary_category": "Dining", "subcategory": "Coffee"}, "note": "keep"});
    let coffee = || Payment {
        category: Some("Dining"),
        metadata: Some(metadata.clone()),
        ..Payment::default()
    };
    (0..20).map(|_| home.pay(conn, coffee())).collect()
}

#[test]
fn promoting_and_hiding_at_once_is_one_after_the_other() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let coffee = [GatheredSubcategory {
        name: "Coffee".to_owned(),
        original_category: None,
    }];
    let paid = coffees(&mut db.conn(), &home);
    let counted = AtomicUsize::new(0);
    let promotes = |conn: &mut PgConnection, round: usize| {
        let promotion = promote(conn, home.user, &format!("Cafés {round}"), &coffee).unwrap();
        counted.fetch_add(promotion.transactions_updated, Ordering::Relaxed);
    };
    let hides = |conn: &mut PgConnection, _| {
        let hiding = hide(conn, home.user, "Dining").unwrap();
        counted.fetch_add(hiding.transactions_reset, Ordering::Relaxed);
    };
    let toggles = |conn: &mut PgConnection, _| {
        for id in paid.iter().rev() {
            TrueLayerTransaction::toggle_enrichment_required(conn, home.user, *id).unwrap();
        }
    };
    race(&db, &[&hides, &promotes, &toggles], |conn, round| {
        assert_eq!(
            counted.swap(0, Ordering::Relaxed),
            paid.len(),
            "the first takes all"
        );
        let rows: Vec<_> = paid.iter().map(|id| transaction(conn, *id)).collect();
        let (category, metadata): (Option<&str>, Value) = match rows[0]
            .transaction_category
            .as_deref()
        {
            None => (None, json!({"note": "keep"})),
            Some(name) => (
                Some(name),
                json!({"enrichment": {"primary_category": format!("Cafés {round}"), "subcategory": "Coffee"}, "note": "keep"}),
            ),
        };
        for row in &rows {
            assert_eq!(row.transaction_category.as_deref(), category);
            assert_eq!(row.metadata.as_ref(), Some(&metadata));
            assert_eq!(row.enrichment_required, round % 2 == 0, "no toggle is lost");
        }
        run(
            conn,
            r#"UPDATE truelayer_transactions SET transaction_category = 'Dining', metadata =
               '{"enrichment": {"primary_category": "Dining", "subcategory": "Coffee"}, "note": "keep"}'"#,
        );
    });
}

#[test]
fn a_name_is_promoted_once() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let coffee = [GatheredSubcategory {
        name: "Coffee".to_owned(),
        original_category: None,
    }];
    let paid = coffees(&mut db.conn(), &home);
    let made = AtomicUsize::new(0);
    let promotes = |conn: &mut PgConnection, round: usize| match promote(
        conn,
        home.user,
        &format!("Cafés {round}"),
        &coffee,
    ) {
        Ok(promotion) => {
            assert_eq!(promotion.transactions_updated, paid.len());
            made.fetch_add(1, Ordering::Relaxed);
        }
        Err(Error::Conflict { .. }) => {}
        Err(error) => panic!("{error}"),
    };
    race(&db, &[&promotes, &promotes, &promotes], |_, round| {
        assert_eq!(made.load(Ordering::Relaxed), round + 1);
    });
}

#[test]
fn hiding_and_showing_at_once_never_fails() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let hides = |conn: &mut PgConnection, _| {
        hide(conn, home.user, "Fees").unwrap();
    };
    let shows = |conn: &mut PgConnection, _| {
        let outcome = unhide(conn, home.user, "Fees");
        assert!(
            matches!(outcome, Ok(()) | Err(Error::NotFound)),
            "{outcome:?}"
        );
    };
    race(&db, &[&hides, &shows, &hides, &shows], |_, _| {});
}

#[test]
fn changes_of_different_columns_of_one_row_all_stay() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let paid = payments(&db, &home);
    let status = |conn: &mut PgConnection, round: usize| {
        TrueLayerTransaction::set_pre_enrichment_status(
            conn,
            home.user,
            paid[round],
            PreEnrichmentStatus::Gmail,
        )
        .unwrap();
    };
    let toggle = |conn: &mut PgConnection, round: usize| {
        TrueLayerTransaction::toggle_enrichment_required(conn, home.user, paid[round]).unwrap();
    };
    let merchant = |conn: &mut PgConnection, round: usize| {
        let changes = TrueLayerTransactionChanges {
            merchant_name: Some(Some("The café")),
            ..TrueLayerTransactionChanges::default()
        };
        TrueLayerTransaction::update(conn, home.user, paid[round], &changes).unwrap();
    };
    race(
        &db,
        &[&status, &toggle, &toggle, &toggle, &merchant],
        |conn, round| {
            let row = transaction(conn, paid[round]);
            assert_eq!(row.pre_enrichment_status, Some(PreEnrichmentStatus::Gmail));
            assert!(row.enrichment_required, "three turns");
            assert_eq!(row.merchant_name.as_deref(), Some("The café"));
        },
    );
}

#[test]
fn setting_statuses_anew_keeps_what_a_matcher_writes_meanwhile() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let amazon = |status| Payment {
        description: "AMAZON",
        status,
        ..Payment::default()
    };
    // A status that stays what it was by its text is the harder case.
    let paid: Vec<_> = (0..ROUNDS)
        .map(|round| {
            let status = [PreEnrichmentStatus::None, PreEnrichmentStatus::Matched][round % 2];
            home.pay(conn, amazon(Some(status)))
        })
        .collect();
    for id in &paid {
        let order = format!(
            "INSERT INTO amazon_orders (id, order_id, order_date, website, currency, total_owed, product_names)
             VALUES ({id}, '{id}', '2026-03-01', 'Amazon.co.uk', 'GBP', 12.5, 'A book')"
        );
        run(conn, &order);
    }
    let matches = |conn: &mut PgConnection, round: usize| {
        let id = paid[round];
        let statement = format!(
            "INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
             VALUES ({id}, {id}, 90)"
        );
        conn.transaction::<_, Error, _>(|conn| {
            run(conn, &statement);
            TrueLayerTransaction::set_pre_enrichment_status(
                conn,
                home.user,
                id,
                PreEnrichmentStatus::Matched,
            )
        })
        .unwrap();
    };
    let sets_anew = |conn: &mut PgConnection, _| {
        let counts = backfill(conn, home.user).unwrap();
        assert_eq!(
            usize::try_from(counts.amazon + counts.matched).unwrap(),
            ROUNDS
        );
    };
    race(&db, &[&sets_anew, &matches, &sets_anew], |conn, round| {
        let status = transaction(conn, paid[round]).pre_enrichment_status;
        assert_eq!(status, Some(PreEnrichmentStatus::Matched));
        run(
            conn,
            "UPDATE truelayer_transactions AS t SET pre_enrichment_status = 'Matched'
             WHERE id % 2 = 0 AND pre_enrichment_status = 'AMZN'",
        );
    });
}

#[test]
fn no_use_of_a_rule_is_lost() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let rules: Vec<_> = (0..10)
        .map(|_| NewCategoryRule::new("x", "x", "x").insert(conn).unwrap().id)
        .collect();
    let entry = NewMerchantNormalization::new("x", "x")
        .insert(conn)
        .unwrap()
        .id;
    let ones: BTreeMap<_, _> = rules.iter().map(|id| (*id, 1)).collect();
    let many = |conn: &mut PgConnection, _| {
        assert_eq!(CategoryRule::count_uses(conn, &ones).unwrap(), rules.len());
        MerchantNormalization::count_uses(conn, &BTreeMap::from([(entry, 1)])).unwrap();
    };
    let single = |conn: &mut PgConnection, _| {
        for id in rules.iter().rev() {
            CategoryRule::count_use(conn, *id).unwrap();
        }
        MerchantNormalization::count_use(conn, entry).unwrap();
    };
    race(&db, &[&many, &single, &many, &single], |conn, round| {
        let expected = 4 * i32::try_from(round + 1).unwrap();
        for rule in CategoryRule::list(conn).unwrap() {
            assert_eq!(rule.usage_count, expected);
        }
        assert_eq!(
            MerchantNormalization::find(conn, entry)
                .unwrap()
                .usage_count,
            expected
        );
    });
}

#[test]
fn an_entry_is_entered_once() {
    let db = TestDatabase::new();
    let enters = |conn: &mut PgConnection, round: usize| {
        NewMerchantNormalization::new(&format!("MARKET {round}"), "Market")
            .enter(conn)
            .unwrap();
    };
    race(&db, &[&enters, &enters, &enters], |conn, round| {
        assert_eq!(MerchantNormalization::list(conn).unwrap().len(), round + 1);
    });
}
