//! Deleting a category, or merging it with another one.

use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Nullable, Text};
use serde::Serialize;

use super::{change, rename_default_categories};
use crate::models::rules::NormalizedCategory;
use crate::schema::{normalized_categories, normalized_subcategories};
use crate::types::{NormalizedCategoryId, NormalizedSubcategoryId};
use crate::{Error, Result};

/// The name of the category that takes what has no other place.
const REST: &str = "Other";

/// What came of [`remove`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum CategoryRemoval {
    /// The category came with the application; nothing was touched.
    System,
    /// The category and its subcategories are gone.
    Removed {
        /// Its name.
        name: String,
        /// Where its transactions and rules went.
        target: Option<NormalizedCategoryId>,
        /// How many transactions went there.
        transactions_moved: usize,
    },
}

/// Deletes a category with its subcategories and merges what is in it with another one: `target`, or where that is `None`
/// the category called `Other`, if there is one.
///
/// Everybody's transactions in it, and the category rules, get the target's id and name, in an enrichment too, and lose
/// their subcategory; merchant normalisations that give its name give the target's. Transactions and rules elsewhere lose
/// subcategories of its.
///
/// [`Error::NotFound`] without the category; [`Error::Reference`] where something has to move and there is no target, or
/// none of that id; [`Error::InvalidInput`] where the target is the category itself. Nothing is changed then.
///
/// Takes over `delete_normalized_category`.
pub fn remove(
    conn: &mut PgConnection,
    id: NormalizedCategoryId,
    target: Option<NormalizedCategoryId>,
) -> Result<CategoryRemoval> {
    change(conn, |conn| {
        let category: NormalizedCategory = NormalizedCategory::query()
            .filter(normalized_categories::id.eq(id))
            .for_update()
            .first(conn)?;
        if category.is_system {
            return Ok(CategoryRemoval::System);
        }
        let target = Target::find(conn, target)?;
        if target.id == Some(id) {
            return Err(Error::invalid(
                "reassign_to_category_id",
                "is the category that is to be deleted",
            ));
        }
        clear_subcategories(conn, id)?;
        let transactions_moved = target.take(conn, &category)?;
        NormalizedCategory::delete(conn, id)?;
        Ok(CategoryRemoval::Removed {
            name: category.name,
            target: target.id,
            transactions_moved,
        })
    })
}

/// Locks what is about to change and takes the subcategories of a category from transactions and rules.
fn clear_subcategories(conn: &mut PgConnection, category: NormalizedCategoryId) -> Result<()> {
    let subcategories: Vec<NormalizedSubcategoryId> = normalized_subcategories::table
        .filter(normalized_subcategories::category_id.eq(category))
        .order(normalized_subcategories::id)
        .select(normalized_subcategories::id)
        .for_update()
        .load(conn)?;
    for statement in [
        include_str!("removal/lock_transactions.sql"),
        include_str!("removal/lock_rules.sql"),
    ] {
        diesel::sql_query(statement)
            .bind::<Integer, _>(category)
            .bind::<Array<Integer>, _>(&subcategories)
            .execute(conn)?;
    }
    for statement in [
        include_str!("removal/clear_in_transactions.sql"),
        include_str!("removal/clear_in_rules.sql"),
    ] {
        diesel::sql_query(statement)
            .bind::<Array<Integer>, _>(&subcategories)
            .execute(conn)?;
    }
    Ok(())
}

/// Where the contents of a category go. One that was asked for may be missing, and then has no name.
struct Target {
    id: Option<NormalizedCategoryId>,
    name: Option<String>,
}

impl Target {
    fn find(conn: &mut PgConnection, asked: Option<NormalizedCategoryId>) -> Result<Self> {
        let found = match asked {
            Some(id) => NormalizedCategory::query()
                .filter(normalized_categories::id.eq(id))
                .first(conn)
                .optional()?,
            None => NormalizedCategory::find_by_name(conn, REST)?,
        };
        Ok(Self {
            id: asked.or(found.as_ref().map(|category| category.id)),
            name: found.map(|category| category.name),
        })
    }

    /// Takes what is in a category, and says how many transactions that were. A missing target is the foreign keys' affair.
    fn take(&self, conn: &mut PgConnection, category: &NormalizedCategory) -> Result<usize> {
        let Some(target) = self.id else {
            return Ok(0);
        };
        let transactions = diesel::sql_query(include_str!("removal/move_transactions.sql"))
            .bind::<Integer, _>(category.id)
            .bind::<Integer, _>(target)
            .bind::<Nullable<Text>, _>(&self.name)
            .execute(conn)?;
        diesel::sql_query(include_str!("removal/move_rules.sql"))
            .bind::<Integer, _>(category.id)
            .bind::<Integer, _>(target)
            .bind::<Nullable<Text>, _>(&self.name)
            .execute(conn)?;
        if let Some(name) = &self.name {
            rename_default_categories(conn, &category.name, name)?;
        }
        Ok(transactions)
    }
}
