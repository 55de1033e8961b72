//! `custom_categories`: a user's promoted or hidden categories.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::{Filter, Ids, one_row, owned};
use crate::schema::custom_categories;
use crate::types::{CustomCategoryId, CustomCategoryType, UserId};

/// A user's promoted or hidden categories: a row of `custom_categories`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = custom_categories, check_for_backend(Pg))]
pub struct CustomCategory {
    /// Identity.
    pub id: CustomCategoryId,
    /// The owner.
    pub user_id: UserId,
    /// Name; unique for the user.
    pub name: String,
    /// What the user did with it.
    pub category_type: CustomCategoryType,
    /// Place in lists, ascending.
    pub display_order: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
}

/// A row for `custom_categories`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = custom_categories, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `CustomCategory`")]
pub struct NewCustomCategory<'a> {
    pub user_id: UserId,
    pub name: &'a str,
    pub category_type: CustomCategoryType,
    pub display_order: Option<i32>,
}

/// What to change in a row of `custom_categories`: a column left `None` stays.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = custom_categories, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `CustomCategory`")]
pub struct CustomCategoryChanges<'a> {
    pub name: Option<&'a str>,
    pub category_type: Option<CustomCategoryType>,
    pub display_order: Option<i32>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<custom_categories::table> {
    owned(owner, |owner| {
        custom_categories::user_id.eq(owner).nullable()
    })
}

/// The ids of a user's rows.
pub(crate) fn ids_of(owner: UserId) -> Ids<custom_categories::table, custom_categories::id> {
    custom_categories::table
        .select(custom_categories::id)
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

impl<'a> NewCustomCategory<'a> {
    /// A row with what has no default.
    pub const fn new(user_id: UserId, name: &'a str, category_type: CustomCategoryType) -> Self {
        Self {
            user_id,
            name,
            category_type,
            display_order: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `user_id` and `name` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<CustomCategory> {
        Ok(self
            .insert_into(custom_categories::table)
            .returning(CustomCategory::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `user_id` and `name`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<CustomCategory> {
        Ok(self
            .insert_into(custom_categories::table)
            .on_conflict((custom_categories::user_id, custom_categories::name))
            .do_update()
            .set(self)
            .returning(CustomCategory::as_returning())
            .get_result(conn)?)
    }
}

impl CustomCategory {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: CustomCategoryId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(custom_categories::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `name`, if any.
    pub fn find_by_name(
        conn: &mut PgConnection,
        owner: UserId,
        name: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(custom_categories::user_id.eq(owner))
            .filter(custom_categories::name.eq(name))
            .get_result(conn)
            .optional()?)
    }

    /// All rows of a user. In their order.
    pub fn list_for_user(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order((custom_categories::display_order, custom_categories::name))
            .load(conn)?)
    }

    /// The rows of one type, or of all with the hidden ones first; in their order, then by name.
    ///
    /// Takes over `get_custom_categories`.
    pub fn list_of_type(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        category_type: Option<CustomCategoryType>,
    ) -> Result<Vec<Self>> {
        let mut query = Self::query()
            .filter(owned_by(owner.into()))
            .order((
                custom_categories::category_type,
                custom_categories::display_order,
                custom_categories::name,
                custom_categories::id,
            ))
            .into_boxed();
        if let Some(category_type) = category_type {
            query = query.filter(custom_categories::category_type.eq(category_type));
        }
        Ok(query.load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: CustomCategoryId,
        changes: &CustomCategoryChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(custom_categories::table.find(id).filter(owned_by(owner)))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, owner, id), Ok)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: CustomCategoryId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            custom_categories::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
