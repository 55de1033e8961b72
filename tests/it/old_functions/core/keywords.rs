//! Keywords of categories.

use serde_json::json;
use spending_db::Error;
use spending_db::models::core::{CategoryKeyword, NewCategoryKeyword};

use super::{call, refused_argument};
use crate::support::TestDatabase;

#[test]
fn a_null_is_no_keyword_that_is_there_already() {
    let database = TestDatabase::new();
    let params = json!({"category_name": null, "keyword": "vet"});
    let outcome = call(&mut database.conn(), "add_category_keyword", &params);
    assert_eq!(refused_argument(outcome), "category_name");
}

#[test]
fn a_keyword_that_fits_everything_is_refused() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    for keyword in ["", "  "] {
        let refused = CategoryKeyword::add(conn, "Pets", keyword).unwrap_err();
        assert!(matches!(refused, Error::InvalidInput { field, .. } if field == "keyword"));
    }
    assert!(CategoryKeyword::list(conn).unwrap().is_empty());
}

#[test]
fn a_keyword_with_capitals_can_be_removed() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let keyword = NewCategoryKeyword {
        category_name: "Pets",
        keyword: "VetsRUs",
    };
    keyword.insert(conn).unwrap();
    assert!(matches!(
        CategoryKeyword::remove(conn, "Pets", "vetsrus"),
        Err(Error::NotFound)
    ));
    let params = json!({"category_name": "Pets", "keyword": "VetsRUs"});
    assert_eq!(
        call(conn, "remove_category_keyword", &params),
        Ok(json!(true))
    );
    assert!(CategoryKeyword::list(conn).unwrap().is_empty());
}

#[test]
fn keywords_are_lowered_by_the_rules_of_unicode() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    for (given, stored) in [("CAFÉ", "café"), ("ΟΔΟΣ", "οδος"), ("İ", "i\u{307}")] {
        let keyword = CategoryKeyword::add(conn, "Words", given).unwrap().unwrap();
        assert_eq!(keyword.keyword, stored);
        CategoryKeyword::remove(conn, "Words", given).unwrap();
    }
}
