//! `normalized_categories`: managed categories (system, essential, colour, order).

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::one_row;
use crate::schema::normalized_categories;
use crate::types::NormalizedCategoryId;

/// Managed categories (system, essential, colour, order): a row of `normalized_categories`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
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
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
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
            .first(conn)?)
    }

    /// The row with this `name`, if any.
    pub fn find_by_name(conn: &mut PgConnection, name: &str) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(normalized_categories::name.eq(name))
            .first(conn)
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

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
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
