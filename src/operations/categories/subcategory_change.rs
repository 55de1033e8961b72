//! Changing a subcategory: its name, its category.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use serde::Serialize;

use super::change;
use crate::Result;
use crate::models::rules::{
    NormalizedCategory, NormalizedSubcategory, NormalizedSubcategoryChanges,
};
use crate::schema::{category_rules, normalized_subcategories};
use crate::types::NormalizedSubcategoryId;

/// What changing a subcategory did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SubcategoryUpdate {
    /// The subcategory as it is now.
    pub subcategory: NormalizedSubcategory,
    /// The name of its category.
    pub category_name: String,
    /// Its name before.
    pub old_name: String,
    /// Transactions whose enrichment got the new name.
    pub transactions_updated: usize,
}

/// Changes a subcategory. A new name goes to the enrichments of everybody's transactions that have the subcategory, where
/// there is one, and to its category rules. A new category takes them along: id and name, in an enrichment too.
///
/// [`Error::NotFound`](crate::Error::NotFound) without the subcategory, [`Error::Conflict`](crate::Error::Conflict) where
/// the category has another one of this name, [`Error::Reference`](crate::Error::Reference) where there is no such
/// category; nothing is changed then.
///
/// Takes over `update_normalized_subcategory`.
pub fn update_subcategory(
    conn: &mut PgConnection,
    id: NormalizedSubcategoryId,
    changes: &NormalizedSubcategoryChanges<'_>,
) -> Result<SubcategoryUpdate> {
    change(conn, |conn| {
        let before: NormalizedSubcategory = NormalizedSubcategory::query()
            .filter(normalized_subcategories::id.eq(id))
            .for_update()
            .first(conn)?;
        let subcategory = NormalizedSubcategory::update(conn, id, changes)?;
        let category = NormalizedCategory::find(conn, subcategory.category_id)?;
        let is_renamed = subcategory.name != before.name;
        let is_moved = subcategory.category_id != before.category_id;
        if is_renamed || is_moved {
            lock(conn, id)?;
        }
        if is_moved {
            take_along(conn, id, &category)?;
        }
        let transactions_updated = if is_renamed {
            rename(conn, id, &subcategory.name)?
        } else {
            0
        };
        Ok(SubcategoryUpdate {
            subcategory,
            category_name: category.name,
            old_name: before.name,
            transactions_updated,
        })
    })
}

/// Locks the transactions and rules of a subcategory.
pub(super) fn lock(conn: &mut PgConnection, id: NormalizedSubcategoryId) -> Result<()> {
    diesel::sql_query(include_str!("subcategory_change/lock_transactions.sql"))
        .bind::<Integer, _>(id)
        .execute(conn)?;
    diesel::sql_query(include_str!("subcategory_change/lock_rules.sql"))
        .bind::<Integer, _>(id)
        .execute(conn)?;
    Ok(())
}

fn take_along(
    conn: &mut PgConnection,
    id: NormalizedSubcategoryId,
    category: &NormalizedCategory,
) -> Result<()> {
    diesel::sql_query(include_str!("subcategory_change/move_transactions.sql"))
        .bind::<Integer, _>(id)
        .bind::<Integer, _>(category.id)
        .bind::<Text, _>(&category.name)
        .execute(conn)?;
    diesel::update(category_rules::table.filter(category_rules::subcategory_id.eq(id)))
        .set((
            category_rules::category_id.eq(category.id),
            category_rules::category.eq(&category.name),
        ))
        .execute(conn)?;
    Ok(())
}

fn rename(conn: &mut PgConnection, id: NormalizedSubcategoryId, name: &str) -> Result<usize> {
    diesel::update(category_rules::table.filter(category_rules::subcategory_id.eq(id)))
        .set(category_rules::subcategory.eq(name))
        .execute(conn)?;
    Ok(diesel::sql_query(include_str!(
        "subcategory_change/rename_in_transactions.sql"
    ))
    .bind::<Integer, _>(id)
    .bind::<Text, _>(name)
    .execute(conn)?)
}
