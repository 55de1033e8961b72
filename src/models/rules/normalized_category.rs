//! `normalized_categories`: managed categories (system, essential, colour, order).

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use diesel::sql_types::Integer;
use serde::Serialize;

use crate::Result;
use crate::models::one_row;
use crate::schema::normalized_categories;
use crate::types::NormalizedCategoryId;

/// Managed categories (system, essential, colour, order): a row of `normalized_categories`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, QueryableByName, Identifiable, Serialize)]
#[diesel(table_name = normalized_categories, check_for_backend(Pg))]
pub struct NormalizedCategory {
    /// Identity.
    pub id: NormalizedCategoryId,
    /// Name; unique.
    pub name: String,
    /// What belongs in it.
    pub description: Option<String>,
    /// Came with the application; cannot be deleted.
    pub is_system: bool,
    /// Whether it is in use.
    pub is_active: bool,
    /// Spending in it is a necessity.
    pub is_essential: bool,
    /// Place in lists, ascending.
    pub display_order: i32,
    /// CSS colour.
    pub color: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
}

/// A row for `normalized_categories`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = normalized_categories, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `NormalizedCategory`")]
pub struct NewNormalizedCategory<'a> {
    pub name: &'a str,
    pub description: Option<&'a str>,
    pub is_system: Option<bool>,
    pub is_active: Option<bool>,
    pub is_essential: Option<bool>,
    pub display_order: Option<i32>,
    pub color: Option<&'a str>,
}

/// What to change in a row of `normalized_categories`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, AsChangeset)]
#[diesel(table_name = normalized_categories, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `NormalizedCategory`")]
pub struct NormalizedCategoryChanges<'a> {
    pub name: Option<&'a str>,
    pub description: Option<Option<&'a str>>,
    pub is_system: Option<bool>,
    pub is_active: Option<bool>,
    pub is_essential: Option<bool>,
    pub display_order: Option<i32>,
    pub color: Option<Option<&'a str>>,
}

impl<'a> NewNormalizedCategory<'a> {
    /// A row with what has no default.
    pub const fn new(name: &'a str) -> Self {
        Self {
            name,
            description: None,
            is_system: None,
            is_active: None,
            is_essential: None,
            display_order: None,
            color: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `name` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<NormalizedCategory> {
        Ok(self
            .insert_into(normalized_categories::table)
            .returning(NormalizedCategory::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row behind all others, whatever its `display_order`; `None` where the name is taken. Two that are
    /// inserted at the same moment may get the same place; they are then in the order of their names.
    ///
    /// Takes over `create_normalized_category`.
    pub fn insert_last(&self, conn: &mut PgConnection) -> Result<Option<NormalizedCategory>> {
        const LAST: &str =
            "(SELECT coalesce(max(display_order), 0) + 1 FROM normalized_categories)";
        let values = (
            normalized_categories::name.eq(self.name),
            normalized_categories::description.eq(self.description),
            normalized_categories::is_system.eq(self.is_system.unwrap_or(false)),
            normalized_categories::is_active.eq(self.is_active.unwrap_or(true)),
            normalized_categories::is_essential.eq(self.is_essential.unwrap_or(false)),
            normalized_categories::display_order.eq(sql::<Integer>(LAST)),
            normalized_categories::color.eq(self.color),
        );
        Ok(diesel::insert_into(normalized_categories::table)
            .values(values)
            .on_conflict(normalized_categories::name)
            .do_nothing()
            .returning(NormalizedCategory::as_returning())
            .get_result(conn)
            .optional()?)
    }

    /// Inserts the row, or changes what is given in the one with the same `name`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<NormalizedCategory> {
        Ok(self
            .insert_into(normalized_categories::table)
            .on_conflict(normalized_categories::name)
            .do_update()
            .set(self)
            .returning(NormalizedCategory::as_returning())
            .get_result(conn)?)
    }
}

impl NormalizedCategory {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: NormalizedCategoryId) -> Result<Self> {
        Ok(Self::query()
            .filter(normalized_categories::id.eq(id))
            .get_result(conn)?)
    }

    /// The row with exactly this `name`, if any, in use or not.
    ///
    /// Takes over `get_normalized_category_by_name`.
    pub fn find_by_name(conn: &mut PgConnection, name: &str) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(normalized_categories::name.eq(name))
            .get_result(conn)
            .optional()?)
    }

    /// All rows. In their order.
    pub fn list(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .order((
                normalized_categories::display_order,
                normalized_categories::name,
            ))
            .load(conn)?)
    }

    /// The rows that are in use. In their order.
    pub fn list_active(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(normalized_categories::is_active)
            .order((
                normalized_categories::display_order,
                normalized_categories::name,
            ))
            .load(conn)?)
    }

    /// The names of the rows that are in use and in which spending is a necessity.
    ///
    /// Takes over `get_essential_category_names`.
    pub fn essential_names(conn: &mut PgConnection) -> Result<BTreeSet<String>> {
        let names: Vec<_> = normalized_categories::table
            .filter(normalized_categories::is_active)
            .filter(normalized_categories::is_essential)
            .select(normalized_categories::name)
            .load(conn)?;
        Ok(names.into_iter().collect())
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    /// What knows the category by its name is left as it is; [`operations::categories`](crate::operations::categories)
    /// carries a new name on.
    pub fn update(
        conn: &mut PgConnection,
        id: NormalizedCategoryId,
        changes: &NormalizedCategoryChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(normalized_categories::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: NormalizedCategoryId) -> Result<()> {
        let deleted = diesel::delete(normalized_categories::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
