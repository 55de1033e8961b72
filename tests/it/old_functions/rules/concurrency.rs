//! Threads that change the same rows at once leave them as one after the other would, and none fails.

use std::sync::Barrier;
use std::thread;

use chrono::TimeDelta;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde_json::json;
use spending_db::models::rules::{
    MerchantNormalization, NewCategoryRule, NewDirectDebitMapping, NewNormalizedCategory,
    NewNormalizedSubcategory, NormalizedCategory, NormalizedCategoryChanges,
    NormalizedSubcategoryChanges,
};
use spending_db::models::system::{MatchingJob, MatchingJobStep};
use spending_db::operations::categories::{remove, remove_subcategory, update, update_subcategory};
use spending_db::operations::rules::{apply_mappings, replace_enrichments as apply};
use spending_db::types::{EVERYONE, MatchingJobStatus, NormalizedCategoryId};
use spending_db::{Error, Result};

use super::fixtures::{Household, Payment, category, enrichment, run, subcategory, transaction};
use crate::support::TestDatabase;
use crate::support::fixtures::user;

const ROUNDS: usize = 25;

type Work<'a> = &'a (dyn Fn(&mut PgConnection) + Sync);

/// Runs the works at once, each on a thread and a connection of its own.
fn at_once(db: &TestDatabase, works: &[Work<'_>]) {
    let start = Barrier::new(works.len());
    thread::scope(|scope| {
        for work in works {
            let (start, mut conn) = (&start, db.conn());
            scope.spawn(move || {
                start.wait();
                work(&mut conn);
            });
        }
    });
}

fn rename(conn: &mut PgConnection, id: NormalizedCategoryId, name: &str) -> Result<()> {
    let changes = NormalizedCategoryChanges {
        name: Some(name),
        ..NormalizedCategoryChanges::default()
    };
    update(conn, id, &changes).map(drop)
}

/// Whether it was done, or the category or subcategory was gone before.
#[track_caller]
fn assert_done_or_gone<T: std::fmt::Debug>(outcome: Result<T>) {
    let expected = matches!(
        outcome,
        Ok(_) | Err(Error::NotFound | Error::Reference { .. })
    );
    assert!(expected, "{outcome:?}");
}

#[test]
fn the_last_new_name_stands_everywhere() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let pets = category(conn, "Pets");
    let rule = NewCategoryRule {
        category_id: Some(pets),
        ..NewCategoryRule::new("Vet", "VET", "Pets")
    };
    rule.insert(conn).unwrap();
    NewDirectDebitMapping {
        payee: "Vet",
        normalized_name: "Vet",
        category: "Pets",
        merchant_type: None,
    }
    .save(conn)
    .unwrap();
    for _ in 0..20 {
        let payment = Payment {
            category: Some(pets),
            metadata: Some(json!({"enrichment": {}})),
            ..Payment::default()
        };
        home.pay(conn, &payment);
    }
    for round in 0..ROUNDS {
        let names = ["A", "B", "C"].map(|name| format!("{name}{round}"));
        at_once(
            &db,
            &[
                &|conn| rename(conn, pets, &names[0]).unwrap(),
                &|conn| rename(conn, pets, &names[1]).unwrap(),
                &|conn| rename(conn, pets, &names[2]).unwrap(),
            ],
        );
        let agreeing: i64 = sql::<BigInt>(
            "SELECT count(*) FROM normalized_categories c
             JOIN category_rules r ON r.category = c.name
             JOIN merchant_normalizations m ON m.default_category = c.name
             JOIN truelayer_transactions t ON t.transaction_category = c.name
                AND t.metadata #>> '{enrichment,primary_category}' = c.name",
        )
        .get_result(conn)
        .unwrap();
        assert_eq!(agreeing, 20, "round {round}");
    }
}

#[test]
fn merging_both_ways_leaves_one() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for round in 0..ROUNDS {
        let [a, b] = ["A", "B"].map(|name| category(conn, &format!("{name}{round}")));
        let [sub_a, sub_b] = [a, b].map(|id| subcategory(conn, id, "Sub"));
        let paid: Vec<_> = (0..10)
            .map(|number| {
                let (category, subcategory) = if number % 2 == 0 {
                    (a, sub_a)
                } else {
                    (b, sub_b)
                };
                let payment = Payment {
                    category: Some(category),
                    subcategory: Some(subcategory),
                    ..Payment::default()
                };
                home.pay(conn, &payment)
            })
            .collect();
        let to_b = NormalizedSubcategoryChanges {
            category_id: Some(b),
            name: Some("Moved"),
            ..NormalizedSubcategoryChanges::default()
        };
        at_once(
            &db,
            &[
                &|conn| assert_done_or_gone(remove(conn, a, Some(b))),
                &|conn| assert_done_or_gone(remove(conn, b, Some(a))),
                &|conn| assert_done_or_gone(update_subcategory(conn, sub_a, &to_b)),
                &|conn| assert_done_or_gone(remove_subcategory(conn, sub_b)),
                &|conn| assert_done_or_gone(rename(conn, b, &format!("C{round}"))),
            ],
        );
        let [left] = &NormalizedCategory::list(conn).unwrap()[..] else {
            panic!("round {round}: both or none are left");
        };
        for id in paid {
            assert_eq!(transaction(conn, id).category_id, Some(left.id));
        }
        let contradicting: i64 = sql::<BigInt>(
            "SELECT count(*) FROM truelayer_transactions t
             JOIN normalized_subcategories s ON s.id = t.subcategory_id AND s.category_id <> t.category_id",
        )
        .get_result(conn)
        .unwrap();
        assert_eq!(contradicting, 0);
        run(
            conn,
            "DELETE FROM truelayer_transactions; DELETE FROM normalized_categories",
        );
    }
}

#[test]
fn of_one_name_one_category_is_made() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let parent = category(conn, "Parent");
    for round in 0..ROUNDS {
        let name = format!("New {round}");
        let made = std::sync::Mutex::new(Vec::new());
        let insert = |conn: &mut PgConnection| {
            let category = NewNormalizedCategory::new(&name).insert_last(conn).unwrap();
            made.lock().unwrap().extend(category);
        };
        at_once(&db, &[&insert, &insert, &insert]);
        assert_eq!(made.lock().unwrap().len(), 1);

        let names = ["A", "B", "C"].map(|name| format!("{name}{round}"));
        let insert_below = |conn: &mut PgConnection, name: &str| {
            let new = NewNormalizedSubcategory::new(parent, name);
            new.insert_last(conn).unwrap().unwrap();
        };
        at_once(
            &db,
            &[
                &|conn| insert_below(conn, &names[0]),
                &|conn| insert_below(conn, &names[1]),
                &|conn| insert_below(conn, &names[2]),
            ],
        );
    }
    let places: i64 =
        sql::<BigInt>("SELECT count(DISTINCT display_order) FROM normalized_subcategories")
            .get_result(conn)
            .unwrap();
    assert_eq!(places, 75, "each has a place of its own");
}

#[test]
fn applying_loses_no_change_of_others() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    NewCategoryRule::new("Gym", "GYM", "Sport")
        .insert(conn)
        .unwrap();
    NewDirectDebitMapping {
        payee: "Gym",
        normalized_name: "Gym",
        category: "Fitness",
        merchant_type: None,
    }
    .save(conn)
    .unwrap();
    let paid: Vec<_> = (0..20)
        .map(|_| home.pay_for(conn, "DIRECT DEBIT PAYMENT TO GYM"))
        .collect();
    for round in 0..ROUNDS {
        run(
            conn,
            "UPDATE truelayer_transactions SET metadata = '{\"enrichment\": {\"llm\": true}}'",
        );
        let mark = format!(
            "UPDATE truelayer_transactions SET metadata = jsonb_set(metadata, '{{mark}}', '{round}')"
        );
        at_once(
            &db,
            &[
                &|conn| assert_eq!(apply(conn, home.user).unwrap().enriched_transactions, 20),
                &|conn| assert_eq!(apply_mappings(conn, EVERYONE).unwrap(), paid),
                &|conn| assert_eq!(apply(conn, EVERYONE).unwrap().enriched_transactions, 20),
                &|conn| {
                    for id in &paid {
                        run(conn, &format!("{mark} WHERE id = {id}"));
                    }
                },
            ],
        );
        for id in &paid {
            let metadata = transaction(conn, *id).metadata.unwrap();
            assert_eq!(metadata["mark"], json!(round));
            assert_eq!(metadata["enrichment"]["primary_category"], "Fitness");
            assert_eq!(metadata["enrichment"]["matched_rule"], "Direct Debit: GYM");
        }
    }
}

#[test]
fn no_old_name_is_applied_after_a_new_one() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let pets = category(conn, "Pets");
    let rule = NewCategoryRule {
        category_id: Some(pets),
        ..NewCategoryRule::new("Vet", "VET", "Pets")
    };
    rule.insert(conn).unwrap();
    let payment = Payment {
        description: "VET",
        category: Some(pets),
        ..Payment::default()
    };
    let paid = home.pay(conn, &payment);
    for round in 0..ROUNDS {
        let name = format!("Pets {round}");
        at_once(
            &db,
            &[
                &|conn| drop(apply(conn, EVERYONE).unwrap()),
                &|conn| rename(conn, pets, &name).unwrap(),
                &|conn| drop(apply(conn, EVERYONE).unwrap()),
            ],
        );
        assert_eq!(enrichment(conn, paid)["primary_category"], name);
    }
}

#[test]
fn a_mapping_saved_at_once_is_one() {
    let db = TestDatabase::new();
    for round in 0..ROUNDS {
        let payee = format!("Payee {round}");
        let save = |conn: &mut PgConnection| {
            let mapping = NewDirectDebitMapping {
                payee: &payee,
                normalized_name: "Name",
                category: "Bills",
                merchant_type: None,
            };
            mapping.save(conn).unwrap();
        };
        at_once(&db, &[&save, &save, &save]);
    }
    let all = MerchantNormalization::list_direct_debit(&mut db.conn()).unwrap();
    assert_eq!(all.len(), ROUNDS);
}

#[test]
fn a_job_that_completes_is_not_failed_as_stale() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    for round in 0..ROUNDS {
        run(
            conn,
            &format!(
                "DELETE FROM matching_jobs;
                 INSERT INTO matching_jobs (user_id, job_type, status, started_at)
                 SELECT {ada}, 'amazon', 'running', now() - interval '1 hour' FROM generate_series(1, 10)"
            ),
        );
        let jobs = MatchingJob::list_for_user(conn, ada).unwrap();
        let counted = std::sync::Mutex::new(Vec::new());
        let clean_up = |conn: &mut PgConnection| {
            let failed = MatchingJob::fail_stale(conn, TimeDelta::minutes(30)).unwrap();
            counted.lock().unwrap().extend(failed);
        };
        at_once(
            &db,
            &[&clean_up, &clean_up, &|conn| {
                let done = MatchingJobStep::Completed {
                    error_message: None,
                };
                for job in &jobs {
                    MatchingJob::advance(conn, ada, job.id, done).unwrap();
                }
            }],
        );
        let jobs = MatchingJob::list_for_user(conn, ada).unwrap();
        assert!(
            jobs.iter()
                .all(|job| job.status == MatchingJobStatus::Completed),
            "round {round}: {jobs:?}"
        );
        let mut counted = counted.into_inner().unwrap();
        let all = counted.len();
        counted.sort_unstable();
        counted.dedup();
        assert_eq!(counted.len(), all, "a job is failed once");
    }
}
