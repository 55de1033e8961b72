//! Managed categories.

use super::super::answer::{Answer, object, row_answer};
use super::super::function::functions;
use super::super::optional;
use super::subcategories;
use crate::models::rules::{NewNormalizedCategory, NormalizedCategory, NormalizedCategoryChanges};
use crate::operations::categories::{
    self, CategoryRemoval, CategoryUpdate, CategoryWithSubcategories, CountedCategory,
};
use crate::types::{EVERYONE, NormalizedCategoryId};

row_answer!(NormalizedCategory {
    id,
    name,
    description,
    is_system,
    is_active,
    is_essential,
    display_order,
    color,
    created_at,
    updated_at,
});

fn counted(row: CountedCategory) -> Answer {
    let mut answer = Answer::from(row.category);
    answer.set("transaction_count", row.transaction_count);
    answer.set("subcategory_count", row.subcategory_count);
    answer
}

fn with_subcategories(row: CategoryWithSubcategories) -> Answer {
    let mut answer = Answer::from(row.category.category);
    answer.set("transaction_count", row.category.transaction_count);
    answer.set(
        "subcategories",
        Answer::list(row.subcategories, subcategories::counted_alone),
    );
    answer
}

fn unchanged(category: NormalizedCategory) -> Answer {
    object! { "category" => category, "transactions_updated" => 0, "rules_updated" => 0 }
}

fn updated(update: CategoryUpdate) -> Answer {
    object! {
        "new_name" => &*update.category.name,
        "old_name" => update.old_name,
        "transactions_updated" => update.transactions_updated,
        "rules_updated" => update.rules_updated,
        "category" => update.category,
    }
}

fn removed(removal: CategoryRemoval) -> Answer {
    match removal {
        CategoryRemoval::System => object! { "error" => "Cannot delete system category" },
        CategoryRemoval::Removed {
            name,
            target,
            transactions_moved,
        } => object! {
            "deleted_category" => name,
            "transactions_reassigned" => transactions_moved,
            "reassigned_to_category_id" => target,
        },
    }
}

/// An id, for which 0 means none.
pub(super) fn given(id: Option<NormalizedCategoryId>) -> Option<NormalizedCategoryId> {
    id.filter(|id| id.0 != 0)
}

functions! {
    /// The managed categories.
    FUNCTIONS:

    get_normalized_categories(active_only: bool = false, include_counts: bool = false) => |conn|
        match (include_counts, active_only) {
            (true, _) => Answer::list(categories::list(conn, EVERYONE, active_only)?, counted),
            (false, true) => NormalizedCategory::list_active(conn)?.into(),
            (false, false) => NormalizedCategory::list(conn)?.into(),
        },

    get_normalized_category_by_id(category_id: NormalizedCategoryId) => |conn|
        optional(categories::find(conn, EVERYONE, category_id))?.map(with_subcategories),

    get_normalized_category_by_name(name: String) => |conn| NormalizedCategory::find_by_name(conn, &name)?,

    create_normalized_category(
        name: String,
        description: Option<String> = null,
        is_essential: bool = false,
        color: Option<String> = null
    ) => |conn| {
        let category = NewNormalizedCategory {
            description: description.as_deref(),
            is_essential: Some(is_essential),
            color: color.as_deref(),
            ..NewNormalizedCategory::new(&name)
        };
        category.insert_last(conn)?
    },

    update_normalized_category(
        category_id: NormalizedCategoryId,
        name: Option<String> = null,
        description: Option<String> = null,
        is_active: Option<bool> = null,
        is_essential: Option<bool> = null,
        color: Option<String> = null
    ) => |conn| {
        let changes = NormalizedCategoryChanges {
            name: name.as_deref(),
            description: description.as_deref().map(Some),
            is_active,
            is_essential,
            color: color.as_deref().map(Some),
            ..NormalizedCategoryChanges::default()
        };
        if changes == NormalizedCategoryChanges::default() {
            optional(NormalizedCategory::find(conn, category_id))?.map(unchanged)
        } else {
            optional(categories::update(conn, category_id, &changes))?.map(updated)
        }
    },

    delete_normalized_category(
        category_id: NormalizedCategoryId,
        reassign_to_category_id: Option<NormalizedCategoryId> = null
    ) => |conn| optional(categories::remove(conn, category_id, given(reassign_to_category_id)))?.map(removed),

    get_essential_category_names() -> set => |conn|
        NormalizedCategory::essential_names(conn)?.into_iter().collect::<Vec<_>>(),
}
