//! Category rules and merchant normalisations.

use super::super::answer::row_answer;
use super::super::found;
use super::super::function::functions;
use super::super::given::Given;
use crate::models::rules::{
    CategoryRule, CategoryRuleChanges, MerchantNormalization, MerchantNormalizationChanges,
    NewCategoryRule, NewMerchantNormalization,
};
use crate::types::{CategoryRuleId, MerchantNormalizationId, PatternType};

row_answer!(CategoryRule {
    id,
    rule_name,
    transaction_type,
    description_pattern,
    pattern_type,
    category,
    subcategory,
    priority,
    is_active,
    source,
    usage_count,
    created_at,
});

row_answer!(MerchantNormalization {
    id,
    pattern,
    pattern_type,
    normalized_name,
    merchant_type,
    default_category,
    priority,
    source,
    usage_count,
    created_at,
    updated_at,
});

functions! {
    /// The rules and normalisations.
    FUNCTIONS:

    get_category_rules(active_only: bool = true) => |conn|
        if active_only { CategoryRule::list_active(conn)? } else { CategoryRule::list(conn)? },

    get_merchant_normalizations() => |conn| MerchantNormalization::list(conn)?,

    increment_rule_usage(rule_id: CategoryRuleId) => |conn| found(CategoryRule::count_use(conn, rule_id))?,

    increment_merchant_normalization_usage(normalization_id: MerchantNormalizationId) => |conn|
        found(MerchantNormalization::count_use(conn, normalization_id))?,

    add_category_rule(
        rule_name: String,
        description_pattern: String,
        category: String,
        transaction_type: Option<String> = null,
        subcategory: Option<String> = null,
        pattern_type: PatternType = "contains",
        priority: i32 = 0,
        source: Option<String> = "manual"
    ) => |conn| {
        let rule = NewCategoryRule {
            transaction_type: transaction_type.as_deref(),
            subcategory: subcategory.as_deref(),
            pattern_type: Some(pattern_type),
            priority: Some(priority),
            source: source.as_deref(),
            ..NewCategoryRule::new(&rule_name, &description_pattern, &category)
        };
        rule.insert(conn)?.id
    },

    add_merchant_normalization(
        pattern: String,
        normalized_name: String,
        merchant_type: Option<String> = null,
        default_category: Option<String> = null,
        pattern_type: PatternType = "contains",
        priority: i32 = 0,
        source: Option<String> = "manual"
    ) => |conn| {
        let entry = NewMerchantNormalization {
            merchant_type: merchant_type.as_deref(),
            default_category: default_category.as_deref(),
            pattern_type: Some(pattern_type),
            priority: Some(priority),
            source: source.as_deref(),
            ..NewMerchantNormalization::new(&pattern, &normalized_name)
        };
        entry.enter(conn)?.id
    },

    delete_category_rule(rule_id: CategoryRuleId) => |conn| found(CategoryRule::delete(conn, rule_id))?,

    delete_merchant_normalization(normalization_id: MerchantNormalizationId) => |conn|
        found(MerchantNormalization::delete(conn, normalization_id))?,

    update_category_rule(
        rule_id: CategoryRuleId,
        rule_name: Given<String> = absent,
        transaction_type: Given<Option<String>> = absent,
        description_pattern: Given<String> = absent,
        pattern_type: Given<PatternType> = absent,
        category: Given<String> = absent,
        subcategory: Given<Option<String>> = absent,
        priority: Given<i32> = absent,
        is_active: Given<bool> = absent,
        source: Given<Option<String>> = absent;
        ..
    ) => |conn| {
        let changes = CategoryRuleChanges {
            rule_name: rule_name.0.as_deref(),
            transaction_type: nullable(&transaction_type),
            description_pattern: description_pattern.0.as_deref(),
            pattern_type: pattern_type.0,
            category: category.0.as_deref(),
            subcategory: nullable(&subcategory),
            priority: priority.0,
            is_active: is_active.0,
            source: nullable(&source),
            ..CategoryRuleChanges::default()
        };
        changes != CategoryRuleChanges::default() && found(CategoryRule::update(conn, rule_id, &changes))?
    },

    update_merchant_normalization(
        normalization_id: MerchantNormalizationId,
        pattern: Given<String> = absent,
        pattern_type: Given<PatternType> = absent,
        normalized_name: Given<String> = absent,
        merchant_type: Given<Option<String>> = absent,
        default_category: Given<Option<String>> = absent,
        priority: Given<i32> = absent,
        source: Given<Option<String>> = absent;
        ..
    ) => |conn| {
        let changes = MerchantNormalizationChanges {
            pattern: pattern.0.as_deref(),
            pattern_type: pattern_type.0,
            normalized_name: normalized_name.0.as_deref(),
            merchant_type: nullable(&merchant_type),
            default_category: nullable(&default_category),
            priority: priority.0,
            source: nullable(&source),
            ..MerchantNormalizationChanges::default()
        };
        changes != MerchantNormalizationChanges::default()
            && found(MerchantNormalization::update(conn, normalization_id, &changes))?
    },
}

/// A column's change: `None` leaves it, `Some(None)` empties it.
fn nullable(given: &Given<Option<String>>) -> Option<Option<&str>> {
    given.0.as_ref().map(Option::as_deref)
}
