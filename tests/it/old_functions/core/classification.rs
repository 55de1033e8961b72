//! Classifying spending for Huqúqu'lláh.

use std::thread;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use serde_json::json;
use spending_db::Error;
use spending_db::models::truelayer::{ClassifiedTransaction, TrueLayerTransaction};
use spending_db::schema::truelayer_transactions;
use spending_db::types::{EVERYONE, Enrichment, HuququllahClassification};

use super::household::{Household, Payment, metadata};
use super::{call, refused_argument};
use crate::support::{TestDatabase, execute};

#[test]
fn a_choice_and_an_enrichment_at_once_are_both_kept() {
    const ROUNDS: usize = 40;
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    let enrichment = Enrichment {
        primary_category: Some("Dining".to_owned()),
        ..Enrichment::default()
    };
    let essential = Some(HuququllahClassification::Essential);
    for _ in 0..ROUNDS {
        let id = household.pays_with(conn, json!({"meta": {"bill": 7}}));
        thread::scope(|scope| {
            scope.spawn(|| {
                let conn = &mut database.conn();
                TrueLayerTransaction::set_enrichment(conn, EVERYONE, id, &enrichment).unwrap();
            });
            scope.spawn(|| {
                let conn = &mut database.conn();
                TrueLayerTransaction::set_huququllah_classification(conn, EVERYONE, id, essential)
                    .unwrap();
            });
        });
        let metadata = metadata(conn, id);
        assert_eq!(metadata["enrichment"]["primary_category"], "Dining");
        assert_eq!(metadata["huququllah_classification"], "essential");
        assert_eq!(metadata["meta"], json!({"bill": 7}));
    }
}

#[test]
fn numbers_beside_it_keep_their_digits() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    let update = "UPDATE truelayer_transactions SET metadata = '{\"rate\": 1.10, \"n\": 12345678901234567890.123}'";
    execute(conn, update);
    TrueLayerTransaction::set_huququllah_classification(conn, EVERYONE, id, None).unwrap();
    let kept: String = truelayer_transactions::table
        .select(sql::<Text>("metadata::text"))
        .get_result(conn)
        .unwrap();
    let expected =
        r#"{"n": 12345678901234567890.123, "rate": 1.10, "huququllah_classification": null}"#;
    assert_eq!(kept, expected);
}

#[test]
fn metadata_that_are_no_object_give_way() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    for other in [json!(null), json!("text"), json!([1])] {
        let id = household.pays_with(conn, other);
        let params = json!({"transaction_id": id, "classification": "essential"});
        let answer = call(conn, "update_transaction_huququllah", &params);
        assert_eq!(answer, Ok(json!(true)));
        let expected = json!({"huququllah_classification": "essential"});
        assert_eq!(metadata(conn, id), expected);
    }
}

#[test]
fn only_the_two_words_and_null_are_taken() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    for word in ["Essential", "", "maybe"] {
        let params = json!({"transaction_id": id, "classification": word});
        let outcome = call(conn, "update_transaction_huququllah", &params);
        assert_eq!(refused_argument(outcome), "classification");
    }
    assert_eq!(metadata(conn, id), json!(null));
}

#[test]
fn another_users_transaction_is_not_found() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let id = Household::new(conn).pays(conn, &Payment::default());
    let stranger = Household::new(conn).user;
    let outcome = TrueLayerTransaction::set_huququllah_classification(conn, stranger, id, None);
    assert!(matches!(outcome, Err(Error::NotFound)));
    assert_eq!(metadata(conn, id), json!(null));
}

#[test]
fn an_empty_choice_is_none_and_does_not_hide_the_enrichment() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    for (choice, word, class) in [
        (json!(""), json!("ESSENTIAL"), Some("essential")),
        (json!(null), json!("Discretionary"), Some("discretionary")),
        (
            json!("discretionary"),
            json!("Essential"),
            Some("discretionary"),
        ),
        (json!(""), json!(""), None),
        (json!(null), json!(null), None),
    ] {
        let id = household.pays_with(
            conn,
            json!({
                "huququllah_classification": choice,
                "enrichment": {"essential_discretionary": word},
            }),
        );
        let found = ClassifiedTransaction::find(conn, EVERYONE, id).unwrap();
        assert_eq!(found.huququllah_classification.as_deref(), class);
        let listed = ClassifiedTransaction::list(conn, EVERYONE).unwrap();
        assert!(listed.contains(&found));
    }
}
