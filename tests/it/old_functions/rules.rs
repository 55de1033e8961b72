//! The functions of `rules`: matching jobs, mappings of direct debits, the rules engine, managed categories.

mod applying;
mod categories;
mod category_removal;
mod concurrency;
mod direct_debits;
mod fixtures;
mod indexes;
mod mapping_direct_debits;
mod matching_jobs;
mod patterns;
mod review;
mod statistics;
mod subcategories;

use spending_db::compat;

#[test]
fn all_functions_are_there() {
    const NAMES: [&str; 28] = [
        "create_matching_job",
        "update_matching_job_status",
        "update_matching_job_progress",
        "get_matching_job",
        "get_active_matching_jobs",
        "cleanup_stale_matching_jobs",
        "get_direct_debit_payees",
        "get_direct_debit_mappings",
        "save_direct_debit_mapping",
        "delete_direct_debit_mapping",
        "apply_direct_debit_mappings",
        "detect_new_direct_debits",
        "test_rule_pattern",
        "get_rules_statistics",
        "test_all_rules",
        "apply_all_rules_to_transactions",
        "get_normalized_categories",
        "get_normalized_category_by_id",
        "get_normalized_category_by_name",
        "create_normalized_category",
        "update_normalized_category",
        "delete_normalized_category",
        "get_normalized_subcategories",
        "get_normalized_subcategory_by_id",
        "create_normalized_subcategory",
        "update_normalized_subcategory",
        "delete_normalized_subcategory",
        "get_essential_category_names",
    ];
    let missing: Vec<_> = NAMES
        .iter()
        .filter(|name| compat::function(name).is_none())
        .collect();
    assert_eq!(missing, [&""; 0]);
}
