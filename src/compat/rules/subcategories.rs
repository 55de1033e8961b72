//! Managed subcategories.

use super::super::answer::{Answer, object, row_answer};
use super::super::function::functions;
use super::super::optional;
use super::categories::given;
use crate::models::rules::{
    NewNormalizedSubcategory, NormalizedSubcategory, NormalizedSubcategoryChanges,
};
use crate::operations::categories::{
    self, CountedSubcategory, SubcategoryRemoval, SubcategoryUpdate,
};
use crate::types::{EVERYONE, NormalizedCategoryId, NormalizedSubcategoryId};

row_answer!(NormalizedSubcategory {
    id,
    category_id,
    name,
    description,
    is_active,
    display_order,
    created_at,
    updated_at,
});

fn named((subcategory, category_name): (NormalizedSubcategory, String)) -> Answer {
    let mut answer = Answer::from(subcategory);
    answer.set("category_name", category_name);
    answer
}

fn counted(row: CountedSubcategory) -> Answer {
    let mut answer = named((row.subcategory, row.category_name));
    answer.set("transaction_count", row.transaction_count);
    answer
}

/// A subcategory among those of its category.
pub(super) fn counted_alone(row: CountedSubcategory) -> Answer {
    let mut answer = Answer::from(row.subcategory);
    answer.set("transaction_count", row.transaction_count);
    answer
}

fn unchanged(row: CountedSubcategory) -> Answer {
    object! { "subcategory" => named((row.subcategory, row.category_name)), "transactions_updated" => 0 }
}

fn updated(update: SubcategoryUpdate) -> Answer {
    object! {
        "new_name" => &*update.subcategory.name,
        "old_name" => update.old_name,
        "transactions_updated" => update.transactions_updated,
        "subcategory" => named((update.subcategory, update.category_name)),
    }
}

fn removed(removal: SubcategoryRemoval) -> Answer {
    object! {
        "deleted_subcategory" => removal.name,
        "category_name" => removal.category_name,
        "transactions_cleared" => removal.transactions_cleared,
    }
}

functions! {
    /// The managed subcategories.
    FUNCTIONS:

    get_normalized_subcategories(
        category_id: Option<NormalizedCategoryId> = null,
        include_counts: bool = false
    ) => |conn| {
        let category = given(category_id);
        if include_counts {
            Answer::list(categories::list_subcategories(conn, EVERYONE, category)?, counted)
        } else {
            Answer::list(NormalizedSubcategory::list_named(conn, category)?, named)
        }
    },

    get_normalized_subcategory_by_id(subcategory_id: NormalizedSubcategoryId) => |conn|
        optional(categories::find_subcategory(conn, EVERYONE, subcategory_id))?.map(counted),

    create_normalized_subcategory(
        category_id: NormalizedCategoryId,
        name: String,
        description: Option<String> = null
    ) => |conn| {
        let subcategory = NewNormalizedSubcategory {
            description: description.as_deref(),
            ..NewNormalizedSubcategory::new(category_id, &name)
        };
        subcategory.insert_last(conn)?.map(named)
    },

    update_normalized_subcategory(
        subcategory_id: NormalizedSubcategoryId,
        name: Option<String> = null,
        description: Option<String> = null,
        is_active: Option<bool> = null,
        category_id: Option<NormalizedCategoryId> = null
    ) => |conn| {
        let changes = NormalizedSubcategoryChanges {
            category_id,
            name: name.as_deref(),
            description: description.as_deref().map(Some),
            is_active,
            ..NormalizedSubcategoryChanges::default()
        };
        if changes == NormalizedSubcategoryChanges::default() {
            optional(categories::find_subcategory(conn, EVERYONE, subcategory_id))?.map(unchanged)
        } else {
            optional(categories::update_subcategory(conn, subcategory_id, &changes))?.map(updated)
        }
    },

    delete_normalized_subcategory(subcategory_id: NormalizedSubcategoryId) => |conn|
        optional(categories::remove_subcategory(conn, subcategory_id))?.map(removed),
}
