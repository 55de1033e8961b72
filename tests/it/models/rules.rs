//! Categories and the rules that give them.

use serde_json::json;
use spending_db::models::rules::{
    CategoryRule, CategoryRuleChanges, CustomCategory, CustomCategoryChanges,
    MerchantNormalization, MerchantNormalizationChanges, NewCategoryRule, NewCustomCategory,
    NewMerchantNormalization, NewNormalizedCategory, NewNormalizedSubcategory,
    NewSubcategoryMapping, NormalizedCategory, NormalizedCategoryChanges, NormalizedSubcategory,
    NormalizedSubcategoryChanges, SubcategoryMapping,
};
use spending_db::types::{CustomCategoryType, PatternType};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{assert_defaults, deleted, hidden_from_others, stored, updated};

#[test]
fn category_rules() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewCategoryRule::new("the rule name", "the description pattern", "the category")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "rule_name": "the rule name", "transaction_type": null,
            "description_pattern": "the description pattern", "pattern_type": "contains",
            "category": "the category", "subcategory": null, "priority": 0, "is_active": true, "source": "manual",
            "usage_count": 0, "category_id": null, "subcategory_id": null,
        }),
    );
    let row = stored!(
        conn,
        NewCategoryRule {
            rule_name: "some rule name",
            transaction_type: Some("DEBIT"),
            description_pattern: "some description pattern",
            pattern_type: Some(PatternType::Regex),
            category: "some category",
            subcategory: Some("some subcategory"),
            priority: Some(7),
            is_active: Some(false),
            source: Some("llm"),
            usage_count: Some(8),
            category_id: Some(home.category),
            subcategory_id: Some(home.subcategory),
        }
    );
    updated!(
        conn,
        CategoryRule(row.id),
        CategoryRuleChanges {
            rule_name: Some("another rule name"),
            transaction_type: Some(None),
            description_pattern: Some("another description pattern"),
            pattern_type: Some(PatternType::Exact),
            category: Some("another category"),
            subcategory: Some(None),
            priority: Some(27),
            is_active: Some(true),
            source: Some(None),
            usage_count: Some(28),
            category_id: Some(None),
            subcategory_id: Some(None),
        }
    );
    deleted!(conn, CategoryRule(row.id));
}

#[test]
fn custom_categories() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewCustomCategory::new(home.user, "the name", CustomCategoryType::Promoted)
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "user_id": home.user, "name": "the name", "category_type": CustomCategoryType::Promoted,
            "display_order": 0,
        }),
    );
    let row = stored!(
        conn,
        NewCustomCategory {
            user_id: home.user,
            name: "some name",
            category_type: CustomCategoryType::Promoted,
            display_order: Some(2),
        }
    );
    updated!(
        conn,
        CustomCategory(home.user, row.id),
        CustomCategoryChanges {
            name: Some("another name"),
            category_type: Some(CustomCategoryType::Hidden),
            display_order: Some(21),
        }
    );
    hidden_from_others!(
        conn,
        CustomCategory(home.user, row.id),
        CustomCategoryChanges {
            name: Some("some name"),
            ..Default::default()
        }
    );
    deleted!(conn, CustomCategory(home.user, row.id));
}

#[test]
fn merchant_normalizations() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewMerchantNormalization::new("the pattern", "the normalized name")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "pattern": "the pattern", "pattern_type": "contains", "normalized_name": "the normalized name",
            "merchant_type": null, "default_category": null, "priority": 0, "source": "manual", "usage_count": 0,
        }),
    );
    let row = stored!(
        conn,
        NewMerchantNormalization {
            pattern: "some pattern",
            pattern_type: Some(PatternType::Regex),
            normalized_name: "some normalized name",
            merchant_type: Some("some merchant type"),
            default_category: Some("some default category"),
            priority: Some(4),
            source: Some("llm"),
            usage_count: Some(5),
        }
    );
    updated!(
        conn,
        MerchantNormalization(row.id),
        MerchantNormalizationChanges {
            pattern: Some("another pattern"),
            pattern_type: Some(PatternType::Exact),
            normalized_name: Some("another normalized name"),
            merchant_type: Some(None),
            default_category: Some(None),
            priority: Some(24),
            source: Some(None),
            usage_count: Some(25),
        }
    );
    deleted!(conn, MerchantNormalization(row.id));
}

#[test]
fn normalized_categories() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewNormalizedCategory::new("the name").insert(conn).unwrap();
    assert_defaults(
        &plain,
        json!({
            "name": "the name", "description": null, "is_system": false, "is_active": true, "is_essential": false,
            "display_order": 0, "color": null,
        }),
    );
    let row = stored!(
        conn,
        NewNormalizedCategory {
            name: "some name",
            description: Some("Café Zoë, 2 × “flat white”"),
            is_system: Some(true),
            is_active: Some(false),
            is_essential: Some(true),
            display_order: Some(8),
            color: Some("#00ff00"),
        }
    );
    updated!(
        conn,
        NormalizedCategory(row.id),
        NormalizedCategoryChanges {
            name: Some("another name"),
            description: Some(None),
            is_system: Some(false),
            is_active: Some(true),
            is_essential: Some(false),
            display_order: Some(27),
            color: Some(None),
        }
    );
    deleted!(conn, NormalizedCategory(row.id));
}

#[test]
fn normalized_subcategories() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewNormalizedSubcategory::new(home.category, "the name")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "category_id": home.category, "name": "the name", "description": null, "is_active": true,
            "display_order": 0,
        }),
    );
    let row = stored!(
        conn,
        NewNormalizedSubcategory {
            category_id: home.category,
            name: "some name",
            description: Some("Café Zoë, 2 × “flat white”"),
            is_active: Some(false),
            display_order: Some(10),
        }
    );
    let other = NewNormalizedCategory::new("other").insert(conn).unwrap().id;
    updated!(
        conn,
        NormalizedSubcategory(row.id),
        NormalizedSubcategoryChanges {
            category_id: Some(other),
            name: Some("another name"),
            description: Some(None),
            is_active: Some(true),
            display_order: Some(20),
        }
    );
    deleted!(conn, NormalizedSubcategory(row.id));
}

#[test]
fn subcategory_mappings() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewSubcategoryMapping::new(home.custom_category, "the subcategory name")
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "custom_category_id": home.custom_category, "subcategory_name": "the subcategory name",
            "original_category": null,
        }),
    );
    let row = stored!(
        conn,
        NewSubcategoryMapping {
            custom_category_id: home.custom_category,
            subcategory_name: "some subcategory name",
            original_category: Some("some original category"),
        }
    );
    hidden_from_others!(conn, SubcategoryMapping(home.user, row.id));
    deleted!(conn, SubcategoryMapping(home.user, row.id));
}
