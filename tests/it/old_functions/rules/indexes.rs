//! Every look-up by key, name or status goes by an index, on 100,000 transactions.

use diesel::prelude::*;
use spending_db::models::rules::{
    MerchantNormalization, NewDirectDebitMapping, NewNormalizedSubcategory, NormalizedCategory,
    NormalizedCategoryChanges, NormalizedSubcategory, NormalizedSubcategoryChanges,
};
use spending_db::models::system::{MatchingJob, MatchingJobCounts, MatchingJobStep};
use spending_db::operations::categories;
use spending_db::types::{EVERYONE, NormalizedCategoryId, NormalizedSubcategoryId, UserId};

use super::fixtures::run;
use crate::support::TestDatabase;
use crate::support::explain::{assert_indexed, plans};

const CATEGORY: NormalizedCategoryId = NormalizedCategoryId(17);
const SUBCATEGORY: NormalizedSubcategoryId = NormalizedSubcategoryId(17);
const OWNERS: [Option<UserId>; 2] = [EVERYONE, Some(UserId(17))];

/// Thousands of everything that rules are about; each category has ten transactions.
const FILL: &str = "
    INSERT INTO normalized_categories (name) SELECT 'Category ' || n FROM generate_series(1, 10000) n;
    INSERT INTO normalized_subcategories (category_id, name)
    SELECT 1 + n % 10000, 'Subcategory ' || n FROM generate_series(0, 19999) n;
    INSERT INTO category_rules (rule_name, description_pattern, category, category_id, subcategory_id)
    SELECT 'Rule', 'PAYMENT ' || n, 'Category', 1 + n % 10000, 1 + n FROM generate_series(0, 19999) n;
    INSERT INTO merchant_normalizations (pattern, pattern_type, normalized_name, source)
    SELECT 'PAYEE ' || n, 'exact', 'Payee', 'direct_debit' FROM generate_series(0, 19999) n;
    INSERT INTO matching_jobs (user_id, job_type, status)
    SELECT 1 + n % 2000, 'amazon', CASE WHEN n % 100 = 0 THEN 'running' ELSE 'completed' END FROM generate_series(0, 19999) n;
    UPDATE truelayer_transactions SET category_id = 1 + id % 10000, subcategory_id = 1 + id % 20000;
    VACUUM ANALYZE";

#[test]
fn look_ups_go_by_an_index() {
    let db = TestDatabase::filled();
    let conn = &mut db.conn();
    for statement in FILL.split(';') {
        run(conn, statement);
    }
    for owner in OWNERS {
        jobs(conn, owner);
        lists(conn, owner);
    }
    mappings(conn);
    changes(conn);
}

fn jobs(conn: &mut PgConnection, owner: Option<UserId>) {
    let id = 17.into();
    assert_indexed(conn, "job", |c| MatchingJob::find(c, EVERYONE, id).unwrap());
    assert_indexed(conn, "active jobs", |c| {
        MatchingJob::list_active(c, UserId(17)).unwrap()
    });
    let owner = owner.and(Some(UserId(17)));
    assert_indexed(conn, "job's step", |c| {
        MatchingJob::advance(c, owner, id, MatchingJobStep::Running).unwrap();
    });
    assert_indexed(conn, "job's counts", |c| {
        MatchingJob::set_counts(c, owner, id, MatchingJobCounts::default()).unwrap();
    });
}

fn lists(conn: &mut PgConnection, owner: Option<UserId>) {
    assert_indexed(conn, "category", |c| {
        categories::find(c, owner, CATEGORY).unwrap()
    });
    assert_indexed(conn, "category's subcategories", |c| {
        categories::list_subcategories(c, owner, Some(CATEGORY)).unwrap()
    });
    assert_indexed(conn, "category's names", |c| {
        NormalizedSubcategory::list_named(c, Some(CATEGORY)).unwrap()
    });
    assert_indexed(conn, "subcategory", |c| {
        categories::find_subcategory(c, owner, SUBCATEGORY).unwrap()
    });
    assert_indexed(conn, "category by name", |c| {
        NormalizedCategory::find_by_name(c, "Category 9")
            .unwrap()
            .unwrap()
    });
}

fn mappings(conn: &mut PgConnection) {
    let mapping = NewDirectDebitMapping {
        payee: "payee 17",
        normalized_name: "Payee",
        category: "Bills",
        merchant_type: None,
    };
    let saved = mapping.save(conn).unwrap().id;
    assert_indexed(conn, "mapping", |c| mapping.save(c).unwrap());
    assert_indexed(conn, "deleted mapping", |c| {
        MerchantNormalization::delete_direct_debit(c, saved).unwrap();
    });
}

fn changes(conn: &mut PgConnection) {
    assert_indexed(conn, "new subcategory", |c| {
        NewNormalizedSubcategory::new(CATEGORY, "New")
            .insert_last(c)
            .unwrap()
            .unwrap()
    });
    let renamed = NormalizedSubcategoryChanges {
        name: Some("Renamed"),
        category_id: Some(NormalizedCategoryId(18)),
        ..NormalizedSubcategoryChanges::default()
    };
    assert_indexed(conn, "changed subcategory", |c| {
        categories::update_subcategory(c, SUBCATEGORY, &renamed).unwrap()
    });
    assert_indexed(conn, "removed subcategory", |c| {
        categories::remove_subcategory(c, SUBCATEGORY).unwrap()
    });
    let renamed = NormalizedCategoryChanges {
        name: Some("Renamed"),
        ..NormalizedCategoryChanges::default()
    };
    assert_scans_normalisations_alone(conn, |c| {
        categories::update(c, CATEGORY, &renamed).unwrap();
    });
    assert_scans_normalisations_alone(conn, |c| {
        categories::remove(c, CATEGORY, Some(NormalizedCategoryId(19))).unwrap();
    });
}

/// Merchant normalisations are few, and known by the name of their category only when that changes.
fn assert_scans_normalisations_alone(
    conn: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection),
) {
    let plans = plans(conn, work);
    assert!(plans.len() > 3, "{}", plans.len());
    let scanned: Vec<_> = plans.iter().flat_map(|plan| plan.scanned()).collect();
    assert_eq!(scanned, ["merchant_normalizations"]);
}
