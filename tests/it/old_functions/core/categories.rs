//! Flat categories.

use serde_json::json;
use spending_db::Error;
use spending_db::models::core::{Category, CategoryChanges, CategoryKeyword};
use spending_db::operations::flat_categories::{Removal, remove};

use super::{call, refused_argument};
use crate::support::TestDatabase;

#[test]
fn categories_stay_in_the_order_of_their_names() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    for name in ["Pets", "Art", "Music"] {
        Category::create(conn, name).unwrap().unwrap();
    }
    let art = Category::find_by_name(conn, "Art").unwrap().unwrap().id;
    let changes = CategoryChanges {
        ai_suggested: Some(true),
        ..CategoryChanges::default()
    };
    Category::update(conn, art, &changes).unwrap();
    let listed = Category::list(conn).unwrap();
    let names: Vec<&str> = listed.iter().map(|category| &*category.name).collect();
    assert_eq!(names, ["Art", "Music", "Pets"]);
}

#[test]
fn a_category_needs_a_name() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    for name in ["", " \t"] {
        let refused = Category::create(conn, name).unwrap_err();
        assert!(matches!(refused, Error::InvalidInput { field, .. } if field == "name"));
    }
    let outcome = call(conn, "create_custom_category", json!({"name": null}));
    assert_eq!(refused_argument(outcome), "name");
    assert!(Category::list(conn).unwrap().is_empty());
}

#[test]
fn removing_a_category_tells_what_was_there() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    Category::create(conn, "Pets").unwrap();
    for (category, keyword) in [
        ("Pets", "vet"),
        ("Pets", "paws"),
        ("Stray", "cat"),
        ("Other", "x"),
    ] {
        CategoryKeyword::add(conn, category, keyword).unwrap();
    }
    assert_eq!(remove(conn, "Other").unwrap(), Removal::BuiltIn);
    assert_eq!(
        remove(conn, "Stray").unwrap(),
        Removal::NotThere { keywords: 1 }
    );
    assert_eq!(
        remove(conn, "Nobody").unwrap(),
        Removal::NotThere { keywords: 0 }
    );
    assert_eq!(
        remove(conn, "Pets").unwrap(),
        Removal::Removed { keywords: 2 }
    );
    let left = CategoryKeyword::by_category(conn).unwrap();
    assert_eq!(left.into_keys().collect::<Vec<_>>(), ["Other"]);
}
