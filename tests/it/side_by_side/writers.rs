//! Old and new writers at once, on the same rows.

mod gmail;
mod jobs;
mod sources;

use diesel::prelude::*;
use spending_db::models::apple::NewAppleTransactionMatch;
use spending_db::models::enrichment::EnrichmentCache;
use spending_db::models::rules::{
    CategoryRule, NewCategoryRule, NormalizedCategory, NormalizedCategoryChanges,
};
use spending_db::models::truelayer::{TrueLayerTransaction, TrueLayerTransactionChanges};
use spending_db::operations::categories;
use spending_db::types::{EVERYONE, Enrichment};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::sql::{execute, lines};
use crate::support::threads::{ROUNDS, race};

#[test]
fn a_payment_has_one_purchase() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let old = format!(
        "INSERT INTO truelayer_apple_transaction_matches (truelayer_transaction_id, apple_transaction_id, match_confidence)
         VALUES ({}, {}, 90)
         ON CONFLICT (truelayer_transaction_id) DO UPDATE SET
             apple_transaction_id = EXCLUDED.apple_transaction_id, match_confidence = EXCLUDED.match_confidence",
        home.payment, home.purchase
    );
    let matches = |conn: &mut PgConnection, _| {
        execute(conn, &old).unwrap();
    };
    let upserts = |conn: &mut PgConnection, _| {
        NewAppleTransactionMatch::new(home.payment, home.other_purchase, 80)
            .upsert(conn)
            .unwrap();
    };
    race(&db, &[&matches, &upserts, &matches, &upserts], |conn, _| {
        let stored = "SELECT format('%s %s', apple_transaction_id, match_confidence) AS line
                      FROM apple_transaction_matches";
        let stored = lines(conn, stored);
        let either = [
            format!("{} 90", home.purchase),
            format!("{} 80", home.other_purchase),
        ];
        assert!(
            stored.len() == 1 && either.contains(&stored[0]),
            "{stored:?}"
        );
        execute(conn, "DELETE FROM truelayer_apple_transaction_matches").unwrap();
    });
}

#[test]
fn an_answer_of_the_model_is_stored_once_and_whole() {
    let db = TestDatabase::new();
    let old = |conn: &mut PgConnection, round: usize| {
        let store = format!(
            "INSERT INTO llm_enrichment_cache (transaction_description, transaction_direction, enrichment_data)
             VALUES ('shop {round}', 'out', '{{\"primary_category\": \"Old\", \"llm_model\": \"old\"}}')
             ON CONFLICT (transaction_description, transaction_direction) DO UPDATE SET
                 enrichment_data = EXCLUDED.enrichment_data, cached_at = NOW()"
        );
        execute(conn, &store).unwrap();
    };
    let new = |conn: &mut PgConnection, round: usize| {
        let answer = Enrichment {
            primary_category: Some("New".to_owned()),
            llm_model: Some("new".to_owned()),
            ..Enrichment::default()
        };
        EnrichmentCache::store(conn, &format!("shop {round}"), "out", &answer).unwrap();
    };
    race(&db, &[&old, &new, &old, &new], |conn, round| {
        let found = EnrichmentCache::lookup(conn, &format!("shop {round}"), "out")
            .unwrap()
            .unwrap();
        let said = (
            found.primary_category.as_deref(),
            found.llm_model.as_deref(),
        );
        assert!([(Some("Old"), Some("old")), (Some("New"), Some("new"))].contains(&said));
        let count = "SELECT count(*)::text AS line FROM enrichment_cache";
        assert_eq!(lines(conn, count), [(round + 1).to_string()]);
    });
}

#[test]
fn every_use_of_a_rule_counts() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let rule = NewCategoryRule::new("r", "X", "Shopping")
        .insert(conn)
        .unwrap()
        .id;
    let statement =
        format!("UPDATE category_rules SET usage_count = usage_count + 1 WHERE id = {rule}");
    let old = |conn: &mut PgConnection, _| {
        execute(conn, &statement).unwrap();
    };
    let new = |conn: &mut PgConnection, _| CategoryRule::count_use(conn, rule).unwrap();
    race(&db, &[&old, &new, &old, &new], |_, _| {});
    let counted = CategoryRule::find(conn, rule).unwrap().usage_count;
    assert_eq!(usize::try_from(counted).unwrap(), 4 * ROUNDS);
}

#[test]
fn a_category_has_one_name_everywhere() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let changes = TrueLayerTransactionChanges {
        category_id: Some(Some(home.category)),
        ..TrueLayerTransactionChanges::default()
    };
    TrueLayerTransaction::update(conn, EVERYONE, home.payment, &changes).unwrap();
    let old = |conn: &mut PgConnection, round: usize| {
        conn.transaction(|conn| {
            let category = home.category;
            execute(
                conn,
                &format!("UPDATE normalized_categories SET name = 'old {round}', updated_at = NOW() WHERE id = {category}"),
            )?;
            execute(
                conn,
                &format!("UPDATE truelayer_transactions SET transaction_category = 'old {round}' WHERE category_id = {category}"),
            )
        })
        .unwrap();
    };
    let new = |conn: &mut PgConnection, round: usize| {
        let name = format!("new {round}");
        let changes = NormalizedCategoryChanges {
            name: Some(&name),
            ..NormalizedCategoryChanges::default()
        };
        categories::update(conn, home.category, &changes).unwrap();
    };
    race(&db, &[&old, &new, &old, &new], |conn, _| {
        let name = NormalizedCategory::find(conn, home.category).unwrap().name;
        let payment = TrueLayerTransaction::find(conn, EVERYONE, home.payment).unwrap();
        assert_eq!(payment.transaction_category, Some(name));
    });
}
