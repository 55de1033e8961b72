//! Changing a category, its name in particular.

use diesel::prelude::*;
use diesel::sql_types::{Integer, Text};
use serde::Serialize;

use super::{change, rename_default_categories};
use crate::Result;
use crate::models::rules::{NormalizedCategory, NormalizedCategoryChanges};
use crate::schema::normalized_categories;
use crate::types::NormalizedCategoryId;

/// What changing a category did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryUpdate {
    /// The category as it is now.
    pub category: NormalizedCategory,
    /// Its name before.
    pub old_name: String,
    /// Transactions that got the new name.
    pub transactions_updated: usize,
    /// Category rules that got the new name.
    pub rules_updated: usize,
}

/// Changes a category. A new name goes to all that know the category: `transaction_category` and, where there is an
/// enrichment, its `primary_category` of everybody's transactions with this category id; category rules with this id; and
/// merchant normalisations that give the old name.
///
/// [`Error::NotFound`](crate::Error::NotFound) without the category, [`Error::Conflict`](crate::Error::Conflict) where the
/// name is another one's; nothing is changed then.
///
/// Takes over `update_normalized_category`.
pub fn update(
    conn: &mut PgConnection,
    id: NormalizedCategoryId,
    changes: &NormalizedCategoryChanges<'_>,
) -> Result<CategoryUpdate> {
    change(conn, |conn| {
        let old_name: String = normalized_categories::table
            .find(id)
            .select(normalized_categories::name)
            .for_update()
            .first(conn)?;
        let category = NormalizedCategory::update(conn, id, changes)?;
        let mut update = CategoryUpdate {
            category,
            old_name,
            transactions_updated: 0,
            rules_updated: 0,
        };
        if update.category.name != update.old_name {
            update.carry_on(conn)?;
        }
        Ok(update)
    })
}

impl CategoryUpdate {
    fn carry_on(&mut self, conn: &mut PgConnection) -> Result<()> {
        let NormalizedCategory { id, name, .. } = &self.category;
        self.transactions_updated =
            diesel::sql_query(include_str!("change/rename_in_transactions.sql"))
                .bind::<Integer, _>(id)
                .bind::<Text, _>(name)
                .execute(conn)?;
        self.rules_updated = diesel::sql_query(include_str!("change/rename_in_rules.sql"))
            .bind::<Integer, _>(id)
            .bind::<Text, _>(name)
            .execute(conn)?;
        rename_default_categories(conn, &self.old_name, name)
    }
}
