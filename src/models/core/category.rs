//! `categories`: flat transaction categories with an optional pattern.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::{not_blank, one_row};
use crate::schema::categories;
use crate::types::CategoryId;

/// Flat transaction categories with an optional pattern: a row of `categories`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = categories, check_for_backend(Pg))]
pub struct Category {
    /// Identity.
    pub id: CategoryId,
    /// Name; unique.
    pub name: String,
    /// Regular expression that gives the category.
    pub rule_pattern: Option<String>,
    /// Whether the language model proposed it.
    pub ai_suggested: bool,
}

/// A row for `categories`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = categories, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `Category`")]
pub struct NewCategory<'a> {
    pub name: &'a str,
    pub rule_pattern: Option<&'a str>,
    pub ai_suggested: Option<bool>,
}

/// What to change in a row of `categories`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = categories, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `Category`")]
pub struct CategoryChanges<'a> {
    pub name: Option<&'a str>,
    pub rule_pattern: Option<Option<&'a str>>,
    pub ai_suggested: Option<bool>,
}

impl<'a> NewCategory<'a> {
    /// A row with what has no default.
    pub const fn new(name: &'a str) -> Self {
        Self {
            name,
            rule_pattern: None,
            ai_suggested: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `name` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<Category> {
        Ok(self
            .insert_into(categories::table)
            .returning(Category::as_returning())
            .get_result(conn)?)
    }
}

impl Category {
    /// Makes a category of this name, which is compared exactly; `None` where it is there already.
    ///
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) where the name is blank.
    ///
    /// Takes over `create_custom_category`.
    pub fn create(conn: &mut PgConnection, name: &str) -> Result<Option<Self>> {
        not_blank("name", name)?;
        Ok(NewCategory::new(name)
            .insert_into(categories::table)
            .on_conflict(categories::name)
            .do_nothing()
            .returning(Self::as_returning())
            .get_result(conn)
            .optional()?)
    }

    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: CategoryId) -> Result<Self> {
        Ok(Self::query()
            .filter(categories::id.eq(id))
            .get_result(conn)?)
    }

    /// The row with this `name`, if any.
    pub fn find_by_name(conn: &mut PgConnection, name: &str) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(categories::name.eq(name))
            .get_result(conn)
            .optional()?)
    }

    /// All rows. By `name`.
    ///
    /// Takes over `get_all_categories`.
    pub fn list(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query().order(categories::name).load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: CategoryId,
        changes: &CategoryChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(categories::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this `name`; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete_by_name(conn: &mut PgConnection, name: &str) -> Result<()> {
        let deleted =
            diesel::delete(categories::table.filter(categories::name.eq(name))).execute(conn)?;
        one_row(deleted)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: CategoryId) -> Result<()> {
        let deleted = diesel::delete(categories::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
