//! `category_keywords`: keywords that point at a category by its name.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use serde::Serialize;

use crate::Result;
use crate::models::{not_blank, one_row};
use crate::schema::category_keywords;
use crate::types::CategoryKeywordId;

/// Keywords that point at a category by its name: a row of `category_keywords`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = category_keywords, check_for_backend(Pg))]
pub struct CategoryKeyword {
    /// Identity.
    pub id: CategoryKeywordId,
    /// Name of a category, built-in or of `categories`; not a foreign key.
    pub category_name: String,
    /// Word that points at the category.
    pub keyword: String,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
}

/// A row for `category_keywords`.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = category_keywords, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `CategoryKeyword`")]
pub struct NewCategoryKeyword<'a> {
    pub category_name: &'a str,
    pub keyword: &'a str,
}

impl NewCategoryKeyword<'_> {
    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `category_name` and `keyword` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<CategoryKeyword> {
        Ok(self
            .insert_into(category_keywords::table)
            .returning(CategoryKeyword::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row unless its `category_name` and `keyword` are there already; `None` then.
    pub fn insert_if_new(&self, conn: &mut PgConnection) -> Result<Option<CategoryKeyword>> {
        Ok(self
            .insert_into(category_keywords::table)
            .on_conflict((category_keywords::category_name, category_keywords::keyword))
            .do_nothing()
            .returning(CategoryKeyword::as_returning())
            .get_result(conn)
            .optional()?)
    }
}

impl CategoryKeyword {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: CategoryKeywordId) -> Result<Self> {
        Ok(Self::query()
            .filter(category_keywords::id.eq(id))
            .get_result(conn)?)
    }

    /// The row with this `category_name` and `keyword`, if any.
    pub fn find_by_category_name_and_keyword(
        conn: &mut PgConnection,
        category_name: &str,
        keyword: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(category_keywords::category_name.eq(category_name))
            .filter(category_keywords::keyword.eq(keyword))
            .get_result(conn)
            .optional()?)
    }

    /// All rows. By `category_name` and `keyword`.
    pub fn list(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .order((category_keywords::category_name, category_keywords::keyword))
            .load(conn)?)
    }

    /// The keywords of each category that has any, in ascending order.
    ///
    /// Takes over `get_category_keywords`.
    pub fn by_category(conn: &mut PgConnection) -> Result<BTreeMap<String, Vec<String>>> {
        let mut keywords: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for row in Self::list(conn)? {
            keywords
                .entry(row.category_name)
                .or_default()
                .push(row.keyword);
        }
        Ok(keywords)
    }

    /// Adds a keyword to a category, in lower case; `None` where it is there already.
    ///
    /// The category need not exist. [`Error::InvalidInput`](crate::Error::InvalidInput) where the keyword is blank: it
    /// would fit every description.
    ///
    /// Takes over `add_category_keyword`.
    pub fn add(
        conn: &mut PgConnection,
        category_name: &str,
        keyword: &str,
    ) -> Result<Option<Self>> {
        not_blank("keyword", keyword)?;
        NewCategoryKeyword {
            category_name,
            keyword: &keyword.to_lowercase(),
        }
        .insert_if_new(conn)
    }

    /// Takes a keyword away from a category, as it is written or in lower case;
    /// [`Error::NotFound`](crate::Error::NotFound) where neither is there.
    ///
    /// Takes over `remove_category_keyword`.
    pub fn remove(conn: &mut PgConnection, category_name: &str, keyword: &str) -> Result<()> {
        let lowered = keyword.to_lowercase();
        let removed = diesel::delete(
            category_keywords::table
                .filter(category_keywords::category_name.eq(category_name))
                .filter(category_keywords::keyword.eq_any([keyword, &lowered])),
        )
        .execute(conn)?;
        one_row(removed)
    }

    /// Takes all keywords away from a category and says how many there were.
    pub fn remove_all(conn: &mut PgConnection, category_name: &str) -> Result<usize> {
        let of_category = category_keywords::category_name.eq(category_name);
        Ok(diesel::delete(category_keywords::table.filter(of_category)).execute(conn)?)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: CategoryKeywordId) -> Result<()> {
        let deleted = diesel::delete(category_keywords::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
