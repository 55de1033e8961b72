//! Making, listing and changing managed categories.

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::rules::{
    CategoryRule, CategoryRuleChanges, MerchantNormalization, NewCategoryRule,
    NewNormalizedCategory, NormalizedCategory, NormalizedCategoryChanges,
};
use spending_db::operations::categories::{find, list, update};
use spending_db::types::{EVERYONE, NormalizedCategoryId, PatternType};

use super::super::call;
use super::fixtures::{Household, Payment, category, mapping, run, subcategory, transaction};
use crate::support::TestDatabase;
use crate::support::rows::assert_conflict;

/// The category is called otherwise from now on.
fn rename(conn: &mut PgConnection, id: NormalizedCategoryId, name: &str) -> Value {
    let arguments = json!({"category_id": id, "name": name});
    call(conn, "update_normalized_category", arguments).unwrap()
}

#[test]
fn a_category_is_made_behind_all_others() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let first = call(conn, "create_normalized_category", json!({"name": "First"})).unwrap();
    assert_eq!(first["display_order"], 1);
    run(conn, "UPDATE normalized_categories SET display_order = 99");
    let arguments = json!({
        "name": "Pets", "description": "Food and vet", "is_essential": true, "color": "#112233",
    });
    let made = call(conn, "create_normalized_category", &arguments).unwrap();
    let stored = NormalizedCategory::find_by_name(conn, "Pets")
        .unwrap()
        .unwrap();
    assert_eq!(
        made,
        json!({
            "id": stored.id,
            "name": "Pets",
            "description": "Food and vet",
            "is_system": false,
            "is_active": true,
            "is_essential": true,
            "display_order": 100,
            "color": "#112233",
            "created_at": stored.created_at,
            "updated_at": stored.updated_at,
        })
    );
    assert_eq!(
        call(conn, "create_normalized_category", arguments),
        Ok(Value::Null),
        "the name is taken"
    );
    let other_case = json!({"name": "pets"});
    let made = call(conn, "create_normalized_category", other_case).unwrap();
    assert_eq!(made["display_order"], 101);
    assert_eq!(NormalizedCategory::list(conn).unwrap().len(), 3);
}

#[test]
fn counts_are_the_owners() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let [pets, rent] = ["Pets", "Rent"].map(|name| category(conn, name));
    let vet = subcategory(conn, pets, "Vet");
    for home in [&ada, &bob, &bob] {
        let payment = Payment {
            category: Some(pets),
            subcategory: Some(vet),
            ..Payment::default()
        };
        home.pay(conn, &payment);
    }
    run(
        conn,
        "UPDATE normalized_categories SET is_active = false WHERE name = 'Rent'",
    );
    for (owner, count) in [(Some(ada.user), 1), (Some(bob.user), 2), (EVERYONE, 3)] {
        let counted: Vec<_> = list(conn, owner, false)
            .unwrap()
            .into_iter()
            .map(|row| {
                (
                    row.category.id,
                    row.transaction_count,
                    row.subcategory_count,
                )
            })
            .collect();
        assert_eq!(counted, [(pets, count, 1), (rent, 0, 0)]);
        assert_eq!(list(conn, owner, true).unwrap().len(), 1);
        let found = find(conn, owner, pets).unwrap();
        assert_eq!(found.category.transaction_count, count);
        assert_eq!(found.subcategories[0].transaction_count, count);
    }
    assert!(matches!(
        find(conn, EVERYONE, 4242.into()),
        Err(Error::NotFound)
    ));
}

#[test]
fn a_new_name_reaches_all_that_know_the_category() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let pets = category(conn, "Pets");
    let payment = Payment {
        category: Some(pets),
        metadata: Some(json!({"enrichment": {"primary_category": "Pets", "note": 1}, "keep": 2})),
        ..Payment::default()
    };
    let paid = home.pay(conn, &payment);
    let merchant = mapping(conn, PatternType::Exact, "VET", Some("Pets"), 0);
    let other_case = mapping(conn, PatternType::Exact, "ZOO", Some("pets"), 0);
    let rule = NewCategoryRule {
        category_id: Some(pets),
        is_active: Some(false),
        ..NewCategoryRule::new("Vet", "VET", "Animals")
    };
    let rule = rule.insert(conn).unwrap();
    let by_name = NewCategoryRule::new("Zoo", "ZOO", "Pets")
        .insert(conn)
        .unwrap();
    let name = "P".repeat(100);
    let answer = rename(conn, pets, &name);
    assert_eq!(
        [
            &answer["transactions_updated"],
            &answer["rules_updated"],
            &answer["old_name"]
        ],
        [&json!(1), &json!(1), &json!("Pets")]
    );
    let row = transaction(conn, paid);
    assert_eq!(row.transaction_category.as_deref(), Some(&*name));
    assert_eq!(
        row.metadata,
        Some(json!({"enrichment": {"primary_category": name, "note": 1}, "keep": 2}))
    );
    assert_eq!(CategoryRule::find(conn, rule.id).unwrap().category, name);
    assert_eq!(
        CategoryRule::find(conn, by_name.id).unwrap(),
        by_name,
        "a name alone is no reference"
    );
    let merchant = MerchantNormalization::find(conn, merchant.id).unwrap();
    assert_eq!(merchant.default_category, Some(name));
    assert_eq!(
        MerchantNormalization::find(conn, other_case.id).unwrap(),
        other_case
    );
}

#[test]
fn enrichments_that_are_no_objects_stay() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let pets = category(conn, "Pets");
    let kept = [
        None,
        Some(json!(null)),
        Some(json!([1])),
        Some(json!({"enrichment": null})),
        Some(json!({"enrichment": ["Pets"]})),
        Some(json!({"enrichment": "Pets"})),
    ];
    let paid: Vec<_> = kept
        .iter()
        .map(|metadata| {
            let payment = Payment {
                category: Some(pets),
                metadata: metadata.clone(),
                ..Payment::default()
            };
            home.pay(conn, &payment)
        })
        .collect();
    let before: Vec<_> = paid
        .iter()
        .map(|id| transaction(conn, *id).metadata)
        .collect();
    let answer = rename(conn, pets, "Animals");
    assert_eq!(answer["transactions_updated"], 6);
    for (id, metadata) in paid.into_iter().zip(before) {
        let row = transaction(conn, id);
        assert_eq!(row.metadata, metadata);
        assert_eq!(row.transaction_category.as_deref(), Some("Animals"));
    }
}

#[test]
fn a_name_that_is_taken_changes_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let [pets, _] = ["Pets", "Rent"].map(|name| category(conn, name));
    let payment = Payment {
        category: Some(pets),
        ..Payment::default()
    };
    let paid = home.pay(conn, &payment);
    let before = (
        NormalizedCategory::find(conn, pets).unwrap(),
        transaction(conn, paid),
    );
    let changes = NormalizedCategoryChanges {
        name: Some("Rent"),
        color: Some(Some("red")),
        ..NormalizedCategoryChanges::default()
    };
    assert_conflict(
        update(conn, pets, &changes),
        "normalized_categories_name_key",
    );
    let after = (
        NormalizedCategory::find(conn, pets).unwrap(),
        transaction(conn, paid),
    );
    assert_eq!(after, before);
}

#[test]
fn without_a_new_name_nothing_follows() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let pets = category(conn, "Pets");
    let rule = NewCategoryRule::new("Vet", "VET", "Animals")
        .insert(conn)
        .unwrap();
    let changes = CategoryRuleChanges {
        category_id: Some(Some(pets)),
        ..CategoryRuleChanges::default()
    };
    let rule = CategoryRule::update(conn, rule.id, &changes).unwrap();
    let arguments = json!({"category_id": pets, "name": "Pets", "description": ""});
    let answer = call(conn, "update_normalized_category", arguments).unwrap();
    assert_eq!(answer["rules_updated"], 0);
    assert_eq!(answer["category"]["description"], "");
    assert_eq!(CategoryRule::find(conn, rule.id).unwrap(), rule);
    let short = call(
        conn,
        "update_normalized_category",
        json!({"category_id": pets}),
    )
    .unwrap();
    assert_eq!(short.as_object().unwrap().len(), 3);
}

#[test]
fn essential_are_those_in_use() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    for (name, is_essential, is_active) in
        [("A", true, true), ("B", true, false), ("C", false, true)]
    {
        let new = NewNormalizedCategory {
            is_essential: Some(is_essential),
            is_active: Some(is_active),
            ..NewNormalizedCategory::new(name)
        };
        new.insert(conn).unwrap();
    }
    assert_eq!(
        call(conn, "get_essential_category_names", json!({})),
        Ok(json!(["A"]))
    );
}
