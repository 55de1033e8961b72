//! A user's own categories: making one of subcategories, hiding one, showing it again.
//!
//! They rewrite `transaction_category` and the enrichment in `metadata` of the user's transactions. The managed categories
//! (`category_id`, `subcategory_id`) and `enrichment_required` are left as they are: whoever wants them to follow, or the
//! transactions to be enriched anew, does that. A caller that caches lists of transactions drops them afterwards.

use diesel::dsl;
use diesel::prelude::*;
use diesel::sql_types::{Array, Integer, Text};
use serde::{Deserialize, Serialize};

use crate::models::one_row;
use crate::schema::{custom_categories, subcategory_mappings};
use crate::types::{CustomCategoryId, CustomCategoryType, UserId};
use crate::{Error, Result};

/// The longest name, in characters, of a category that subcategories are gathered under.
const LONGEST_NAME: usize = 50;

/// A subcategory to gather under a promoted category.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct GatheredSubcategory {
    /// Its name.
    pub name: String,
    /// Name of the category it comes from; kept for display, it narrows nothing.
    #[serde(default)]
    pub original_category: Option<String>,
}

/// What promoting a category did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Promotion {
    /// The new category.
    pub category_id: CustomCategoryId,
    /// Transactions that have the new category now, credits included.
    pub transactions_updated: usize,
}

/// What hiding a category did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hiding {
    /// The new or the existing entry.
    pub category_id: CustomCategoryId,
    /// Transactions that lost their category.
    pub transactions_reset: usize,
}

/// Makes a category of the user's subcategories: all their transactions with one of these subcategories in
/// `metadata.enrichment` get it as `transaction_category` and as `primary_category` of the enrichment, whatever category they
/// had. A name that stands twice counts once. Without subcategories the category alone is made.
///
/// [`Error::Conflict`] where the user has a category of this name, promoted or hidden; [`Error::InvalidInput`] where the name
/// has more than 50 characters and there are subcategories. Nothing is changed then.
///
/// Takes over `create_promoted_category`.
pub fn promote(
    conn: &mut PgConnection,
    user: UserId,
    name: &str,
    subcategories: &[GatheredSubcategory],
) -> Result<Promotion> {
    if !subcategories.is_empty() && name.chars().count() > LONGEST_NAME {
        return Err(Error::invalid(
            "name",
            format!("{name:?} has more than {LONGEST_NAME} characters"),
        ));
    }
    conn.transaction(|conn| {
        let category_id = diesel::insert_into(custom_categories::table)
            .values((
                custom_categories::user_id.eq(user),
                custom_categories::name.eq(name),
                custom_categories::category_type.eq(CustomCategoryType::Promoted),
            ))
            .returning(custom_categories::id)
            .get_result(conn)?;
        let transactions_updated = gather(conn, user, category_id, name, subcategories)?;
        Ok(Promotion {
            category_id,
            transactions_updated,
        })
    })
}

fn gather(
    conn: &mut PgConnection,
    user: UserId,
    category: CustomCategoryId,
    name: &str,
    subcategories: &[GatheredSubcategory],
) -> Result<usize> {
    if subcategories.is_empty() {
        return Ok(0);
    }
    let mappings: Vec<_> = subcategories
        .iter()
        .map(|subcategory| {
            (
                subcategory_mappings::custom_category_id.eq(category),
                subcategory_mappings::subcategory_name.eq(&subcategory.name),
                subcategory_mappings::original_category.eq(&subcategory.original_category),
            )
        })
        .collect();
    diesel::insert_into(subcategory_mappings::table)
        .values(mappings)
        .on_conflict_do_nothing()
        .execute(conn)?;
    let names: Vec<_> = subcategories
        .iter()
        .map(|subcategory| &subcategory.name)
        .collect();
    Ok(
        diesel::sql_query(include_str!("custom_categories/gather.sql"))
            .bind::<Integer, _>(user)
            .bind::<Text, _>(name)
            .bind::<Array<Text>, _>(names)
            .execute(conn)?,
    )
}

/// Hides a category, promoted or not made by the user at all: its transactions lose `transaction_category` and
/// `metadata.enrichment`, the rest of `metadata` stays. An entry of this name keeps its order and its subcategories. A second
/// call resets what has come up since.
///
/// Takes over `hide_category`.
pub fn hide(conn: &mut PgConnection, user: UserId, name: &str) -> Result<Hiding> {
    conn.transaction(|conn| {
        let hidden = custom_categories::category_type.eq(CustomCategoryType::Hidden);
        let category_id = diesel::insert_into(custom_categories::table)
            .values((
                custom_categories::user_id.eq(user),
                custom_categories::name.eq(name),
                hidden,
            ))
            .on_conflict((custom_categories::user_id, custom_categories::name))
            .do_update()
            .set((hidden, custom_categories::updated_at.eq(dsl::now)))
            .returning(custom_categories::id)
            .get_result(conn)?;
        let transactions_reset = diesel::sql_query(include_str!("custom_categories/reset.sql"))
            .bind::<Integer, _>(user)
            .bind::<Text, _>(name)
            .execute(conn)?;
        Ok(Hiding {
            category_id,
            transactions_reset,
        })
    })
}

/// Shows a hidden category again: one that has subcategories becomes promoted, another one's entry is deleted. What hiding
/// took from the transactions does not come back. [`Error::NotFound`] where the user has no hidden category of this name.
///
/// Takes over `unhide_category`.
pub fn unhide(conn: &mut PgConnection, user: UserId, name: &str) -> Result<()> {
    conn.transaction(|conn| {
        let id: CustomCategoryId = custom_categories::table
            .select(custom_categories::id)
            .filter(custom_categories::user_id.eq(user))
            .filter(custom_categories::name.eq(name))
            .filter(custom_categories::category_type.eq(CustomCategoryType::Hidden))
            .for_update()
            .first(conn)?;
        let mappings =
            subcategory_mappings::table.filter(subcategory_mappings::custom_category_id.eq(id));
        let entry = custom_categories::table.find(id);
        let changed = if diesel::select(dsl::exists(mappings)).get_result(conn)? {
            diesel::update(entry)
                .set(custom_categories::category_type.eq(CustomCategoryType::Promoted))
                .execute(conn)?
        } else {
            diesel::delete(entry).execute(conn)?
        };
        one_row(changed)
    })
}
