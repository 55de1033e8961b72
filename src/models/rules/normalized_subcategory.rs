//! `normalized_subcategories`: managed subcategories.

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use diesel::sql_types::Integer;
use serde::Serialize;

use super::NormalizedCategory;
use crate::Result;
use crate::models::one_row;
use crate::schema::{normalized_categories, normalized_subcategories};
use crate::types::{NormalizedCategoryId, NormalizedSubcategoryId};

/// Managed subcategories: a row of `normalized_subcategories`.
#[derive(
    Debug, Clone, PartialEq, Eq, HasQuery, QueryableByName, Identifiable, Associations, Serialize,
)]
#[diesel(table_name = normalized_subcategories, belongs_to(NormalizedCategory, foreign_key = category_id), check_for_backend(Pg))]
pub struct NormalizedSubcategory {
    /// Identity.
    pub id: NormalizedSubcategoryId,
    /// The category it belongs to.
    pub category_id: NormalizedCategoryId,
    /// Name; unique within the category.
    pub name: String,
    /// What belongs in it.
    pub description: Option<String>,
    /// Whether it is in use.
    pub is_active: bool,
    /// Place in lists, ascending.
    pub display_order: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
}

/// A row for `normalized_subcategories`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = normalized_subcategories, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `NormalizedSubcategory`"
)]
pub struct NewNormalizedSubcategory<'a> {
    pub category_id: NormalizedCategoryId,
    pub name: &'a str,
    pub description: Option<&'a str>,
    pub is_active: Option<bool>,
    pub display_order: Option<i32>,
}

/// What to change in a row of `normalized_subcategories`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, AsChangeset)]
#[diesel(table_name = normalized_subcategories, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `NormalizedSubcategory`"
)]
pub struct NormalizedSubcategoryChanges<'a> {
    pub category_id: Option<NormalizedCategoryId>,
    pub name: Option<&'a str>,
    pub description: Option<Option<&'a str>>,
    pub is_active: Option<bool>,
    pub display_order: Option<i32>,
}

impl<'a> NewNormalizedSubcategory<'a> {
    /// A row with what has no default.
    pub const fn new(category_id: NormalizedCategoryId, name: &'a str) -> Self {
        Self {
            category_id,
            name,
            description: None,
            is_active: None,
            display_order: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `category_id` and `name` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<NormalizedSubcategory> {
        Ok(self
            .insert_into(normalized_subcategories::table)
            .returning(NormalizedSubcategory::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row behind all others of its category, whatever its `display_order`, and gives it with the category's
    /// name; `None` where the name is taken within the category. Who inserts into one category waits for the other.
    ///
    /// [`Error::Reference`](crate::Error::Reference) where there is no such category.
    ///
    /// Takes over `create_normalized_subcategory`.
    pub fn insert_last(
        &self,
        conn: &mut PgConnection,
    ) -> Result<Option<(NormalizedSubcategory, String)>> {
        conn.transaction(|conn| {
            let category_name: Option<String> = normalized_categories::table
                .find(self.category_id)
                .select(normalized_categories::name)
                .for_no_key_update()
                .first(conn)
                .optional()?;
            let last = sql::<Integer>(
                "(SELECT coalesce(max(display_order), 0) + 1 FROM normalized_subcategories WHERE category_id = ",
            )
            .bind::<Integer, _>(self.category_id)
            .sql(")");
            let values = (
                normalized_subcategories::category_id.eq(self.category_id),
                normalized_subcategories::name.eq(self.name),
                normalized_subcategories::description.eq(self.description),
                normalized_subcategories::is_active.eq(self.is_active.unwrap_or(true)),
                normalized_subcategories::display_order.eq(last),
            );
            let row = diesel::insert_into(normalized_subcategories::table)
                .values(values)
                .on_conflict((
                    normalized_subcategories::category_id,
                    normalized_subcategories::name,
                ))
                .do_nothing()
                .returning(NormalizedSubcategory::as_returning())
                .get_result(conn)
                .optional()?;
            Ok(row.zip(category_name))
        })
    }
}

impl NormalizedSubcategory {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: NormalizedSubcategoryId) -> Result<Self> {
        Ok(Self::query()
            .filter(normalized_subcategories::id.eq(id))
            .get_result(conn)?)
    }

    /// The row with this `category_id` and `name`, if any.
    pub fn find_by_category_id_and_name(
        conn: &mut PgConnection,
        category_id: NormalizedCategoryId,
        name: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(normalized_subcategories::category_id.eq(category_id))
            .filter(normalized_subcategories::name.eq(name))
            .get_result(conn)
            .optional()?)
    }

    /// The rows of one category. In their order.
    pub fn list_for_category(
        conn: &mut PgConnection,
        category: NormalizedCategoryId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(normalized_subcategories::category_id.eq(category))
            .order((
                normalized_subcategories::display_order,
                normalized_subcategories::name,
            ))
            .load(conn)?)
    }

    /// The rows of one category in their order, or all by the name of their category, then in their order; each with
    /// that name.
    pub fn list_named(
        conn: &mut PgConnection,
        category: Option<NormalizedCategoryId>,
    ) -> Result<Vec<(Self, String)>> {
        let mut query = normalized_subcategories::table
            .inner_join(normalized_categories::table)
            .select((Self::as_select(), normalized_categories::name))
            .order((
                normalized_categories::name,
                normalized_subcategories::display_order,
                normalized_subcategories::name,
            ))
            .into_boxed();
        if let Some(category) = category {
            query = query.filter(normalized_subcategories::category_id.eq(category));
        }
        Ok(query.load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    /// Transactions and rules that have it are left as they are;
    /// [`operations::categories`](crate::operations::categories) takes them along.
    pub fn update(
        conn: &mut PgConnection,
        id: NormalizedSubcategoryId,
        changes: &NormalizedSubcategoryChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(normalized_subcategories::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: NormalizedSubcategoryId) -> Result<()> {
        let deleted = diesel::delete(normalized_subcategories::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
