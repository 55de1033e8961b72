//! Deleting a subcategory.

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer};
use serde::Serialize;

use super::change;
use super::subcategory_change::lock;
use crate::Result;
use crate::models::rules::{NormalizedCategory, NormalizedSubcategory};
use crate::schema::normalized_subcategories;
use crate::types::NormalizedSubcategoryId;

/// What deleting a subcategory did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubcategoryRemoval {
    /// Its name.
    pub name: String,
    /// The name of its category.
    pub category_name: String,
    /// Transactions that had it.
    pub transactions_cleared: usize,
}

/// Deletes a subcategory. Everybody's transactions and the category rules that have it keep their category and lose the
/// subcategory; an enrichment loses it where it has this name. [`Error::NotFound`](crate::Error::NotFound) without the
/// subcategory.
///
/// Takes over `delete_normalized_subcategory`.
pub fn remove_subcategory(
    conn: &mut PgConnection,
    id: NormalizedSubcategoryId,
) -> Result<SubcategoryRemoval> {
    change(conn, |conn| {
        let subcategory: NormalizedSubcategory = NormalizedSubcategory::query()
            .filter(normalized_subcategories::id.eq(id))
            .for_update()
            .first(conn)?;
        let category = NormalizedCategory::find(conn, subcategory.category_id)?;
        lock(conn, id)?;
        let transactions_cleared =
            diesel::sql_query(include_str!("removal/clear_in_transactions.sql"))
                .bind::<Array<Integer>, _>(vec![id])
                .execute(conn)?;
        diesel::sql_query(include_str!("removal/clear_in_rules.sql"))
            .bind::<Array<Integer>, _>(vec![id])
            .execute(conn)?;
        NormalizedSubcategory::delete(conn, id)?;
        Ok(SubcategoryRemoval {
            name: subcategory.name,
            category_name: category.name,
            transactions_cleared,
        })
    })
}
