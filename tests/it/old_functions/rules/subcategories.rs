//! Managed subcategories.

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::rules::{
    CategoryRule, NewCategoryRule, NormalizedSubcategory, NormalizedSubcategoryChanges,
};
use spending_db::operations::categories::{
    find_subcategory, list_subcategories, remove_subcategory, update_subcategory,
};
use spending_db::types::{EVERYONE, NormalizedCategoryId, NormalizedSubcategoryId};

use super::super::call;
use super::fixtures::{Household, Payment, category, run, subcategory, transaction};
use crate::support::TestDatabase;
use crate::support::rows::{assert_conflict, assert_not_found, assert_reference};

fn rule(
    conn: &mut PgConnection,
    category: NormalizedCategoryId,
    subcategory: NormalizedSubcategoryId,
) -> CategoryRule {
    let new = NewCategoryRule {
        category_id: Some(category),
        subcategory_id: Some(subcategory),
        subcategory: Some("Vet"),
        ..NewCategoryRule::new("Vet", "VET", "Pets")
    };
    new.insert(conn).unwrap()
}

#[test]
fn a_subcategory_is_made_behind_those_of_its_category() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [utilities, rent] = ["Utilities", "Rent"].map(|name| category(conn, name));
    let make = |conn: &mut PgConnection, category: NormalizedCategoryId, name: &str| {
        let arguments = json!({"category_id": category, "name": name});
        call(conn, "create_normalized_subcategory", arguments)
    };
    for name in ["Water", "Power"] {
        make(conn, utilities, name).unwrap();
    }
    let gas = make(conn, utilities, "Gas").unwrap();
    let stored = NormalizedSubcategory::find_by_category_id_and_name(conn, utilities, "Gas");
    let stored = stored.unwrap().unwrap();
    assert_eq!(
        gas,
        json!({
            "id": stored.id,
            "category_id": utilities,
            "name": "Gas",
            "description": null,
            "is_active": true,
            "display_order": 3,
            "created_at": stored.created_at,
            "updated_at": stored.updated_at,
            "category_name": "Utilities",
        })
    );
    assert_eq!(make(conn, utilities, "Gas"), Ok(Value::Null));
    let elsewhere = make(conn, rent, "Gas").unwrap();
    assert_eq!(elsewhere["display_order"], 1);
    let failure = make(conn, 4242.into(), "Gas").unwrap_err();
    assert_eq!(failure.data["kind"], "reference");
    assert_eq!(list_subcategories(conn, EVERYONE, None).unwrap().len(), 4);
}

#[test]
fn a_move_takes_transactions_and_rules_along() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let [pets, animals] = ["Pets", "Animals"].map(|name| category(conn, name));
    let vet = subcategory(conn, pets, "Vet");
    let payment = |metadata| Payment {
        category: Some(pets),
        subcategory: Some(vet),
        metadata,
        ..Payment::default()
    };
    let enriched =
        json!({"enrichment": {"primary_category": "Pets", "subcategory": "Vet"}, "keep": 1});
    let paid = home.pay(conn, &payment(Some(enriched)));
    let plain = home.pay(conn, &payment(Some(json!({"enrichment": null}))));
    let rule = rule(conn, pets, vet);
    let changes = NormalizedSubcategoryChanges {
        category_id: Some(animals),
        name: Some("Doctor"),
        ..NormalizedSubcategoryChanges::default()
    };
    let update = update_subcategory(conn, vet, &changes).unwrap();
    assert_eq!(
        (&*update.category_name, &*update.old_name),
        ("Animals", "Vet")
    );
    assert_eq!(update.transactions_updated, 1, "those with an enrichment");
    for (id, metadata) in [
        (
            paid,
            json!({"enrichment": {"primary_category": "Animals", "subcategory": "Doctor"}, "keep": 1}),
        ),
        (plain, json!({"enrichment": null})),
    ] {
        let row = transaction(conn, id);
        assert_eq!(
            (row.category_id, row.subcategory_id),
            (Some(animals), Some(vet))
        );
        assert_eq!(row.transaction_category.as_deref(), Some("Animals"));
        assert_eq!(row.metadata, Some(metadata));
    }
    let rule = CategoryRule::find(conn, rule.id).unwrap();
    assert_eq!(
        (rule.category_id, &*rule.category),
        (Some(animals), "Animals")
    );
    assert_eq!(
        (rule.subcategory_id, rule.subcategory.as_deref()),
        (Some(vet), Some("Doctor"))
    );
}

#[test]
fn a_long_name_reaches_the_rules() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let pets = category(conn, "Pets");
    let vet = subcategory(conn, pets, "Vet");
    let rule = rule(conn, pets, vet);
    let name = "v".repeat(255);
    let arguments = json!({"subcategory_id": vet, "name": name});
    call(conn, "update_normalized_subcategory", arguments).unwrap();
    assert_eq!(
        CategoryRule::find(conn, rule.id).unwrap().subcategory,
        Some(name)
    );
}

#[test]
fn what_is_refused_changes_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let pets = category(conn, "Pets");
    let [vet, _] = ["Vet", "Food"].map(|name| subcategory(conn, pets, name));
    let rule = rule(conn, pets, vet);
    let before = NormalizedSubcategory::find(conn, vet).unwrap();
    let taken = NormalizedSubcategoryChanges {
        name: Some("Food"),
        ..NormalizedSubcategoryChanges::default()
    };
    assert_conflict(
        update_subcategory(conn, vet, &taken),
        "normalized_subcategories_category_id_name_key",
    );
    let nowhere = NormalizedSubcategoryChanges {
        category_id: Some(4242.into()),
        ..NormalizedSubcategoryChanges::default()
    };
    assert_reference(
        update_subcategory(conn, vet, &nowhere),
        "normalized_subcategories_category_id_fkey",
    );
    assert_not_found(update_subcategory(conn, 4242.into(), &taken));
    assert_eq!(NormalizedSubcategory::find(conn, vet).unwrap(), before);
    assert_eq!(CategoryRule::find(conn, rule.id).unwrap(), rule);
    let short = call(
        conn,
        "update_normalized_subcategory",
        json!({"subcategory_id": vet}),
    );
    assert_eq!(short.unwrap().as_object().unwrap().len(), 2);
}

#[test]
fn a_deleted_subcategory_is_known_to_nobody() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let pets = category(conn, "Pets");
    let vet = subcategory(conn, pets, "Vet");
    let rule = rule(conn, pets, vet);
    let paid = ["Vet", "Dog"].map(|name| {
        let payment = Payment {
            category: Some(pets),
            subcategory: Some(vet),
            metadata: Some(json!({"enrichment": {"subcategory": name, "note": 1}})),
            ..Payment::default()
        };
        home.pay(conn, &payment)
    });
    let removal = remove_subcategory(conn, vet).unwrap();
    assert_eq!((&*removal.name, &*removal.category_name), ("Vet", "Pets"));
    assert_eq!(removal.transactions_cleared, 2);
    for (id, enrichment) in paid
        .into_iter()
        .zip([json!({"note": 1}), json!({"subcategory": "Dog", "note": 1})])
    {
        let row = transaction(conn, id);
        assert_eq!((row.category_id, row.subcategory_id), (Some(pets), None));
        assert_eq!(row.metadata.unwrap()["enrichment"], enrichment);
    }
    let rule = CategoryRule::find(conn, rule.id).unwrap();
    assert_eq!((rule.subcategory_id, rule.subcategory), (None, None));
    assert_eq!(rule.category_id, Some(pets));
    assert!(matches!(
        remove_subcategory(conn, vet),
        Err(Error::NotFound)
    ));
}

#[test]
fn counts_are_the_owners_and_lists_have_an_order() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let [zoo, pets] = ["Zoo", "Pets"].map(|name| category(conn, name));
    let [tiger, vet, food] = [(zoo, "Tiger"), (pets, "Vet"), (pets, "Food")]
        .map(|(id, name)| subcategory(conn, id, name));
    run(
        conn,
        "UPDATE normalized_subcategories SET is_active = false WHERE name = 'Food'",
    );
    let payment = Payment {
        subcategory: Some(vet),
        ..Payment::default()
    };
    bob.pay(conn, &payment);
    for (owner, count) in [(Some(ada.user), 0), (Some(bob.user), 1), (EVERYONE, 1)] {
        let all = list_subcategories(conn, owner, None).unwrap();
        let all: Vec<_> = all
            .iter()
            .map(|row| (row.subcategory.id, row.transaction_count))
            .collect();
        assert_eq!(all, [(food, 0), (vet, count), (tiger, 0)]);
        let of = list_subcategories(conn, owner, Some(zoo)).unwrap();
        assert_eq!(of.len(), 1);
        let found = find_subcategory(conn, owner, vet).unwrap();
        assert_eq!(found.transaction_count, count);
        assert_eq!(found.category_name, "Pets");
    }
    assert_not_found(find_subcategory(conn, EVERYONE, 4242.into()));
    let arguments = json!({"category_id": 0, "include_counts": true});
    let all = call(conn, "get_normalized_subcategories", arguments).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 3, "0 is none");
}
