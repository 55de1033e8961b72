//! Promoting, hiding and showing categories.

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::Error;
use spending_db::models::rules::{CustomCategory, SubcategoryMapping};
use spending_db::operations::custom_categories::{GatheredSubcategory, hide, promote, unhide};
use spending_db::types::{CustomCategoryType, EVERYONE, TrueLayerTransactionId};

use super::super::call;
use super::fixtures::{Household, Payment, run, transaction};
use crate::support::TestDatabase;

fn named(names: &[&str]) -> Vec<GatheredSubcategory> {
    let gathered = |name: &&str| GatheredSubcategory {
        name: (*name).to_owned(),
        original_category: None,
    };
    names.iter().map(gathered).collect()
}

/// A payment that was enriched as this category and subcategory.
fn enriched(
    conn: &mut PgConnection,
    home: &Household,
    category: &'static str,
    subcategory: &str,
) -> TrueLayerTransactionId {
    let metadata = json!({"enrichment": {"primary_category": category, "subcategory": subcategory}, "note": "keep"});
    home.pay(
        conn,
        Payment {
            category: Some(category),
            metadata: Some(metadata),
            ..Payment::default()
        },
    )
}

fn category(conn: &mut PgConnection, id: TrueLayerTransactionId) -> Option<String> {
    transaction(conn, id).transaction_category
}

fn names(
    conn: &mut PgConnection,
    home: &Household,
    category_type: CustomCategoryType,
) -> Vec<String> {
    CustomCategory::list_of_type(conn, home.user, Some(category_type))
        .unwrap()
        .into_iter()
        .map(|category| category.name)
        .collect()
}

#[test]
fn promoting_rewrites_the_users_own_transactions_only() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let mine = enriched(conn, &ada, "Dining", "Coffee");
    let elsewhere = enriched(conn, &ada, "Groceries", "Coffee");
    let other = enriched(conn, &ada, "Dining", "Lunch");
    let his = enriched(conn, &bob, "Dining", "Coffee");
    run(
        conn,
        "INSERT INTO normalized_categories (id, name) VALUES (7, 'Dining')",
    );
    run(conn, "UPDATE truelayer_transactions SET category_id = 7");

    let promotion = promote(conn, ada.user, "Coffee shops", &named(&["Coffee"])).unwrap();
    assert_eq!(
        promotion.transactions_updated, 2,
        "the name counts, whatever the category was"
    );
    for id in [mine, elsewhere] {
        let row = transaction(conn, id);
        assert_eq!(row.transaction_category.as_deref(), Some("Coffee shops"));
        let metadata = json!({"enrichment": {"primary_category": "Coffee shops", "subcategory": "Coffee"}, "note": "keep"});
        assert_eq!(row.metadata, Some(metadata));
        assert_eq!(
            row.category_id.map(|id| id.0),
            Some(7),
            "the managed category is left alone"
        );
        assert!(!row.enrichment_required);
    }
    assert_eq!(category(conn, other).as_deref(), Some("Dining"));
    assert_eq!(category(conn, his).as_deref(), Some("Dining"));
}

#[test]
fn a_subcategory_that_is_named_twice_counts_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    enriched(conn, &home, "Dining", "Coffee");
    let promotion = promote(
        conn,
        home.user,
        "Cafés",
        &named(&["Coffee", "Tea", "Coffee"]),
    )
    .unwrap();
    assert_eq!(promotion.transactions_updated, 1);
    let mapped = SubcategoryMapping::list_promoted(conn, home.user, Some("Cafés")).unwrap();
    let mapped: Vec<_> = mapped
        .into_iter()
        .map(|mapping| mapping.subcategory_name)
        .collect();
    assert_eq!(mapped, ["Coffee", "Tea"]);
}

#[test]
fn a_long_name_cannot_gather_subcategories() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let paid = enriched(conn, &home, "Dining", "Coffee");
    let (fifty, more) = ("é".repeat(50), "é".repeat(51));
    let refused = promote(conn, home.user, &more, &named(&["Coffee"]));
    assert!(
        matches!(&refused, Err(Error::InvalidInput { field, .. }) if field == "name"),
        "{refused:?}"
    );
    assert_eq!(
        names(conn, &home, CustomCategoryType::Promoted),
        Vec::<String>::new()
    );
    assert_eq!(category(conn, paid).as_deref(), Some("Dining"));

    promote(conn, home.user, &fifty, &named(&["Coffee"])).unwrap();
    assert_eq!(category(conn, paid), Some(fifty));
    promote(conn, home.user, &more, &[]).unwrap();
}

#[test]
fn a_name_that_is_taken_is_refused_and_nothing_changes() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    promote(conn, ada.user, "Cafés", &[]).unwrap();
    hide(conn, ada.user, "Fees").unwrap();
    let paid = enriched(conn, &ada, "Dining", "Coffee");
    for name in ["Cafés", "Fees"] {
        let arguments =
            json!({"name": name, "subcategories": [{"name": "Coffee"}], "user_id": ada.user});
        let failure = call(conn, "create_promoted_category", arguments).unwrap_err();
        assert_eq!(failure.message, format!("category {name} already exists"));
        assert_eq!(failure.data["kind"], "conflict");
    }
    assert_eq!(category(conn, paid).as_deref(), Some("Dining"));
    assert_eq!(
        SubcategoryMapping::list_promoted(conn, ada.user, None).unwrap(),
        []
    );
    promote(conn, bob.user, "Cafés", &[]).unwrap();
    let cased = promote(conn, ada.user, "cafés", &[]);
    assert!(cased.is_ok(), "case counts");
}

#[test]
fn hiding_resets_the_users_own_transactions_only() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let mine = enriched(conn, &ada, "Dining", "Coffee");
    let odd: Vec<_> = [json!(null), json!(["enrichment"]), json!("enrichment")]
        .into_iter()
        .map(|metadata| {
            let payment = Payment {
                category: Some("Dining"),
                metadata: Some(metadata),
                required: true,
                ..Payment::default()
            };
            ada.pay(conn, payment)
        })
        .collect();
    let his = enriched(conn, &bob, "Dining", "Coffee");
    let before = transaction(conn, his);

    let hiding = hide(conn, ada.user, "Dining").unwrap();
    assert_eq!(hiding.transactions_reset, 4);
    let row = transaction(conn, mine);
    assert_eq!(
        (row.transaction_category, row.metadata),
        (None, Some(json!({"note": "keep"})))
    );
    assert!(
        !row.enrichment_required,
        "the caller says whether it is enriched anew"
    );
    let metadata: Vec<Option<Value>> = odd
        .iter()
        .map(|id| transaction(conn, *id).metadata)
        .collect();
    assert_eq!(
        metadata[1..],
        [Some(json!(["enrichment"])), Some(json!("enrichment"))]
    );
    assert!(
        odd.iter()
            .all(|id| transaction(conn, *id).enrichment_required)
    );
    assert_eq!(transaction(conn, his), before);

    let again = hide(conn, ada.user, "Dining").unwrap();
    assert_eq!(
        (again.category_id, again.transactions_reset),
        (hiding.category_id, 0)
    );
}

#[test]
fn what_was_promoted_before_it_was_hidden_is_promoted_again() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let made = promote(conn, home.user, "Cafés", &named(&["Coffee"])).unwrap();
    let hidden = hide(conn, home.user, "Cafés").unwrap();
    assert_eq!(hidden.category_id, made.category_id);
    assert_eq!(
        SubcategoryMapping::list_promoted(conn, home.user, None).unwrap(),
        []
    );
    hide(conn, home.user, "Fees").unwrap();

    for name in ["Cafés", "Fees"] {
        let arguments = json!({"name": name, "user_id": home.user});
        assert_eq!(
            call(conn, "unhide_category", arguments.clone()),
            Ok(json!(true)),
            "{name}"
        );
        assert_eq!(
            call(conn, "unhide_category", arguments),
            Ok(json!(false)),
            "{name} is not hidden"
        );
    }
    assert_eq!(names(conn, &home, CustomCategoryType::Promoted), ["Cafés"]);
    assert_eq!(
        names(conn, &home, CustomCategoryType::Hidden),
        Vec::<String>::new()
    );
    let mapped = SubcategoryMapping::list_promoted(conn, home.user, None).unwrap();
    assert_eq!(mapped[0].subcategory_name, "Coffee");
    assert!(matches!(
        unhide(conn, home.user, "never"),
        Err(Error::NotFound)
    ));
}

#[test]
fn mapped_subcategories_are_their_owners_and_in_order() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    promote(conn, ada.user, "Zoo", &named(&["Lions", "Apes"])).unwrap();
    promote(conn, ada.user, "Cafés", &named(&["Tea"])).unwrap();
    promote(conn, bob.user, "Cafés", &named(&["Coffee"])).unwrap();
    let mapped = |conn: &mut PgConnection, arguments: Value| -> Vec<String> {
        let answer = call(conn, "get_mapped_subcategories", arguments).unwrap();
        let lines = answer.as_array().unwrap().iter();
        lines
            .map(|line| format!("{} {}", line["promoted_category"], line["subcategory_name"]))
            .collect()
    };
    let (apes, tea) = (r#""Zoo" "Apes""#, r#""Cafés" "Tea""#);
    assert_eq!(
        mapped(conn, json!({"user_id": ada.user})),
        [tea, r#""Zoo" "Lions""#, apes]
    );
    assert_eq!(
        mapped(conn, json!({"user_id": ada.user, "category_name": "Cafés"})),
        [tea]
    );
    assert_eq!(
        mapped(conn, json!({"user_id": bob.user, "category_name": ""})),
        [r#""Cafés" "Coffee""#]
    );
    assert_eq!(
        SubcategoryMapping::list_promoted(conn, EVERYONE, Some("Cafés"))
            .unwrap()
            .len(),
        2
    );
}
