//! Categories and subcategories with their numbers of transactions.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Nullable, Text};
use serde::Serialize;

use crate::Result;
use crate::models::rules::{NormalizedCategory, NormalizedSubcategory};
use crate::sql::kept;
use crate::types::{NormalizedCategoryId, NormalizedSubcategoryId, UserId};

/// A category with what is in it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct CountedCategory {
    /// The category.
    #[diesel(embed)]
    pub category: NormalizedCategory,
    /// Number of the owner's transactions in it.
    #[diesel(sql_type = BigInt)]
    pub transaction_count: i64,
    /// Number of its subcategories, in use or not.
    #[diesel(sql_type = BigInt)]
    pub subcategory_count: i64,
}

/// A subcategory with what is in it.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct CountedSubcategory {
    /// The subcategory.
    #[diesel(embed)]
    pub subcategory: NormalizedSubcategory,
    /// The name of its category.
    #[diesel(sql_type = Text)]
    pub category_name: String,
    /// Number of the owner's transactions that have it, whatever their category.
    #[diesel(sql_type = BigInt)]
    pub transaction_count: i64,
}

/// A category with its subcategories.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CategoryWithSubcategories {
    /// The category.
    pub category: CountedCategory,
    /// Its subcategories, in use or not, in their order.
    pub subcategories: Vec<CountedSubcategory>,
}

/// All categories, or those in use, in their order, with the numbers of the owner's transactions and of subcategories, in
/// one statement. Without the numbers [`NormalizedCategory::list`] and [`NormalizedCategory::list_active`] are quicker.
///
/// Takes over `get_normalized_categories`.
pub fn list(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    active_only: bool,
) -> Result<Vec<CountedCategory>> {
    let categories = diesel::sql_query(include_str!("list.sql"))
        .bind::<Nullable<Integer>, _>(owner.into())
        .bind::<Bool, _>(active_only);
    Ok(kept(categories).load(conn)?)
}

/// One category, in use or not, with the number of the owner's transactions in it and its subcategories;
/// [`Error::NotFound`](crate::Error::NotFound) without.
///
/// Takes over `get_normalized_category_by_id`.
pub fn find(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    id: NormalizedCategoryId,
) -> Result<CategoryWithSubcategories> {
    let owner = owner.into();
    let category = diesel::sql_query(include_str!("find.sql"))
        .bind::<Nullable<Integer>, _>(owner)
        .bind::<Integer, _>(id);
    let category = kept(category).get_result(conn)?;
    Ok(CategoryWithSubcategories {
        category,
        subcategories: list_subcategories(conn, owner, Some(id))?,
    })
}

/// The subcategories of one category in their order, or all by the name of their category, then in their order; in use or
/// not, with the numbers of the owner's transactions, in one statement. Without the numbers
/// [`NormalizedSubcategory::list_named`] is quicker.
///
/// Takes over `get_normalized_subcategories`.
pub fn list_subcategories(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    category: Option<NormalizedCategoryId>,
) -> Result<Vec<CountedSubcategory>> {
    let query = match category {
        Some(_) => include_str!("list_subcategories_of.sql"),
        None => include_str!("list_subcategories.sql"),
    };
    let query = diesel::sql_query(query).bind::<Nullable<Integer>, _>(owner.into());
    Ok(match category {
        Some(category) => kept(query.bind::<Integer, _>(category)).load(conn)?,
        None => kept(query).load(conn)?,
    })
}

/// One subcategory, in use or not, with the number of the owner's transactions that have it; [`Error::NotFound`](crate::Error::NotFound) without.
///
/// Takes over `get_normalized_subcategory_by_id`.
pub fn find_subcategory(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    id: NormalizedSubcategoryId,
) -> Result<CountedSubcategory> {
    let subcategory = diesel::sql_query(include_str!("find_subcategory.sql"))
        .bind::<Nullable<Integer>, _>(owner.into())
        .bind::<Integer, _>(id);
    Ok(kept(subcategory).get_result(conn)?)
}
