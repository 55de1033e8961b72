//! `subcategory_mappings`: subcategories gathered under a promoted category.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

use super::CustomCategory;
use super::custom_category;
use crate::Result;
use crate::models::{Filter, one_row, owned};
use crate::schema::{custom_categories, subcategory_mappings};
use crate::types::{CustomCategoryId, CustomCategoryType, SubcategoryMappingId, UserId};

/// Subcategories gathered under a promoted category: a row of `subcategory_mappings`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = subcategory_mappings, belongs_to(CustomCategory, foreign_key = custom_category_id), check_for_backend(Pg))]
pub struct SubcategoryMapping {
    /// Identity.
    pub id: SubcategoryMappingId,
    /// The promoted category.
    pub custom_category_id: CustomCategoryId,
    /// Name of the subcategory gathered under it.
    pub subcategory_name: String,
    /// Name of the category it came from.
    pub original_category: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `subcategory_mappings`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = subcategory_mappings, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `SubcategoryMapping`")]
pub struct NewSubcategoryMapping<'a> {
    pub custom_category_id: CustomCategoryId,
    pub subcategory_name: &'a str,
    pub original_category: Option<&'a str>,
}

/// A subcategory and the promoted category that it is gathered under.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Serialize)]
#[diesel(table_name = subcategory_mappings, check_for_backend(Pg))]
pub struct MappedSubcategory {
    /// `subcategory_mappings.id`.
    pub id: SubcategoryMappingId,
    /// Name of the subcategory.
    pub subcategory_name: String,
    /// Name of the category it came from.
    pub original_category: Option<String>,
    /// Name of the promoted category.
    #[diesel(select_expression = custom_categories::name)]
    pub promoted_category: String,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<subcategory_mappings::table> {
    owned(owner, |owner| {
        subcategory_mappings::custom_category_id
            .eq_any(custom_category::ids_of(owner))
            .nullable()
    })
}

impl<'a> NewSubcategoryMapping<'a> {
    /// A row with what has no default.
    pub const fn new(custom_category_id: CustomCategoryId, subcategory_name: &'a str) -> Self {
        Self {
            custom_category_id,
            subcategory_name,
            original_category: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `custom_category_id` and `subcategory_name` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<SubcategoryMapping> {
        Ok(self
            .insert_into(subcategory_mappings::table)
            .returning(SubcategoryMapping::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row unless its `custom_category_id` and `subcategory_name` are there already; `None` then.
    pub fn insert_if_new(&self, conn: &mut PgConnection) -> Result<Option<SubcategoryMapping>> {
        Ok(self
            .insert_into(subcategory_mappings::table)
            .on_conflict((
                subcategory_mappings::custom_category_id,
                subcategory_mappings::subcategory_name,
            ))
            .do_nothing()
            .returning(SubcategoryMapping::as_returning())
            .get_result(conn)
            .optional()?)
    }
}

impl SubcategoryMapping {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: SubcategoryMappingId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(subcategory_mappings::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `custom_category_id` and `subcategory_name`, if any.
    pub fn find_by_custom_category_id_and_subcategory_name(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        custom_category_id: CustomCategoryId,
        subcategory_name: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(subcategory_mappings::custom_category_id.eq(custom_category_id))
            .filter(subcategory_mappings::subcategory_name.eq(subcategory_name))
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// The rows of one category of the owner. Newest first.
    pub fn list_for_category(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        category: CustomCategoryId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(subcategory_mappings::custom_category_id.eq(category))
            .filter(owned_by(owner.into()))
            .order((
                subcategory_mappings::created_at.desc(),
                subcategory_mappings::id.desc(),
            ))
            .load(conn)?)
    }

    /// The subcategories gathered under the owner's promoted categories, or under the one of this name; those of hidden
    /// categories are left out. By category, then by id.
    ///
    /// Takes over `get_mapped_subcategories`.
    pub fn list_promoted(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        category: Option<&str>,
    ) -> Result<Vec<MappedSubcategory>> {
        let mut query = subcategory_mappings::table
            .inner_join(custom_categories::table)
            .select(MappedSubcategory::as_select())
            .filter(custom_categories::category_type.eq(CustomCategoryType::Promoted))
            .order((custom_categories::name, subcategory_mappings::id))
            .into_boxed();
        if let Some(owner) = owner.into() {
            query = query.filter(custom_categories::user_id.eq(owner));
        }
        if let Some(category) = category {
            query = query.filter(custom_categories::name.eq(category));
        }
        Ok(query.load(conn)?)
    }

    /// Deletes the row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: SubcategoryMappingId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            subcategory_mappings::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
