//! Deleting a managed category, and merging it with another one.

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::rules::{
    CategoryRule, MerchantNormalization, NewCategoryRule, NewNormalizedCategory,
    NormalizedCategory, NormalizedSubcategory,
};
use spending_db::operations::categories::{CategoryRemoval, remove};
use spending_db::types::{NormalizedCategoryId, NormalizedSubcategoryId, PatternType};

use super::super::call;
use super::fixtures::{Household, Payment, category, mapping, subcategory, transaction};
use crate::support::TestDatabase;
use crate::support::rows::{assert_invalid, assert_not_found, assert_reference};

/// A rule for a managed category, with the names of both.
fn rule(
    conn: &mut PgConnection,
    category: NormalizedCategoryId,
    subcategory: Option<NormalizedSubcategoryId>,
) -> CategoryRule {
    let new = NewCategoryRule {
        category_id: Some(category),
        subcategory_id: subcategory,
        subcategory: Some("Vet"),
        ..NewCategoryRule::new("Vet", "VET", "Pets")
    };
    new.insert(conn).unwrap()
}

fn enriched(category: &str, subcategory: &str) -> Value {
    json!({"enrichment": {"primary_category": category, "subcategory": subcategory, "note": 1}})
}

#[test]
fn all_that_is_in_it_goes_to_the_target() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let [pets, animals, rent] = ["Pets", "Animals", "Rent"].map(|name| category(conn, name));
    let vet = subcategory(conn, pets, "Vet");
    let payment = |category, subcategory, metadata| Payment {
        category: Some(category),
        subcategory,
        metadata,
        ..Payment::default()
    };
    let inside = home.pay(
        conn,
        &payment(pets, Some(vet), Some(enriched("Pets", "Vet"))),
    );
    let text = home.pay(
        conn,
        &payment(pets, None, Some(json!({"enrichment": "Pets"}))),
    );
    let same = home.pay(
        conn,
        &payment(rent, Some(vet), Some(enriched("Rent", "Vet"))),
    );
    let other = home.pay(
        conn,
        &payment(rent, Some(vet), Some(enriched("Rent", "Dog"))),
    );
    let rules = [rule(conn, pets, Some(vet)), rule(conn, rent, Some(vet))];
    let merchant = mapping(conn, PatternType::Exact, "VET", Some("Pets"), 0);

    let removal = remove(conn, pets, Some(animals)).unwrap();
    assert_eq!(
        removal,
        CategoryRemoval::Removed {
            name: "Pets".to_owned(),
            target: Some(animals),
            transactions_moved: 2,
        }
    );
    for (id, category, metadata) in [
        (
            inside,
            animals,
            json!({"enrichment": {"primary_category": "Animals", "note": 1}}),
        ),
        (text, animals, json!({"enrichment": "Pets"})),
        (
            same,
            rent,
            json!({"enrichment": {"primary_category": "Rent", "note": 1}}),
        ),
        (other, rent, enriched("Rent", "Dog")),
    ] {
        let row = transaction(conn, id);
        assert_eq!(row.category_id, Some(category));
        assert_eq!(row.subcategory_id, None);
        assert_eq!(row.metadata, Some(metadata));
        let name = (category == animals).then_some("Animals");
        assert_eq!(row.transaction_category.as_deref(), name);
    }
    for (rule, category, name) in [(&rules[0], animals, "Animals"), (&rules[1], rent, "Pets")] {
        let rule = CategoryRule::find(conn, rule.id).unwrap();
        assert_eq!((rule.category_id, &*rule.category), (Some(category), name));
        assert_eq!((rule.subcategory_id, rule.subcategory), (None, None));
    }
    let merchant = MerchantNormalization::find(conn, merchant.id).unwrap();
    assert_eq!(merchant.default_category.as_deref(), Some("Animals"));
    assert_not_found(NormalizedCategory::find(conn, pets));
    assert_not_found(NormalizedSubcategory::find(conn, vet));
    assert_not_found(remove(conn, pets, Some(animals)));
}

#[test]
fn without_a_target_all_goes_to_other() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let pets = category(conn, "Pets");
    let rule = rule(conn, pets, None);
    let other = category(conn, "Other");
    let arguments = json!({"category_id": pets, "reassign_to_category_id": 0});
    assert_eq!(
        call(conn, "delete_normalized_category", arguments),
        Ok(json!({
            "deleted_category": "Pets",
            "transactions_reassigned": 0,
            "reassigned_to_category_id": other,
        }))
    );
    let rule = CategoryRule::find(conn, rule.id).unwrap();
    assert_eq!((rule.category_id, &*rule.category), (Some(other), "Other"));
}

#[test]
fn what_has_nowhere_to_go_keeps_the_category() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let [by_rule, by_payment, empty] = ["R", "P", "E"].map(|name| category(conn, name));
    let vet = subcategory(conn, by_rule, "Vet");
    let rule = rule(conn, by_rule, Some(vet));
    let payment = Payment {
        category: Some(by_payment),
        ..Payment::default()
    };
    let paid = home.pay(conn, &payment);
    for target in [None, Some(4242.into())] {
        assert_reference(
            remove(conn, by_rule, target),
            "category_rules_category_id_fkey",
        );
        assert_reference(
            remove(conn, by_payment, target),
            "truelayer_transactions_category_id_fkey",
        );
    }
    assert_eq!(CategoryRule::find(conn, rule.id).unwrap(), rule);
    assert_eq!(transaction(conn, paid).category_id, Some(by_payment));
    let removal = remove(conn, empty, Some(4242.into())).unwrap();
    assert!(matches!(removal, CategoryRemoval::Removed { target: Some(id), .. } if id.0 == 4242));
    let merchant = mapping(conn, PatternType::Exact, "VET", Some("Gone"), 0);
    let gone = category(conn, "Gone");
    remove(conn, gone, None).unwrap();
    assert_eq!(
        MerchantNormalization::find(conn, merchant.id).unwrap(),
        merchant,
        "a name without a category is a name"
    );
}

#[test]
fn neither_into_itself_nor_one_of_the_system() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [pets, other] = ["Pets", "Other"].map(|name| category(conn, name));
    assert_invalid(remove(conn, pets, Some(pets)), "reassign_to_category_id");
    assert_invalid(remove(conn, other, None), "reassign_to_category_id");
    let system = NewNormalizedCategory {
        is_system: Some(true),
        ..NewNormalizedCategory::new("System")
    };
    let system = system.insert(conn).unwrap().id;
    for target in [None, Some(pets), Some(system)] {
        assert_eq!(
            remove(conn, system, target).unwrap(),
            CategoryRemoval::System
        );
    }
    assert!(matches!(
        remove(conn, 4242.into(), None),
        Err(Error::NotFound)
    ));
    assert_eq!(NormalizedCategory::list(conn).unwrap().len(), 3);
}
