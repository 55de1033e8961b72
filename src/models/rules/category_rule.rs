//! `category_rules`: description patterns that give a category.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use super::NormalizedCategory;
use super::NormalizedSubcategory;
use crate::Result;
use crate::models::one_row;
use crate::schema::category_rules;
use crate::types::{CategoryRuleId, NormalizedCategoryId, NormalizedSubcategoryId};

/// Description patterns that give a category: a row of `category_rules`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = category_rules, belongs_to(NormalizedCategory, foreign_key = category_id), belongs_to(NormalizedSubcategory, foreign_key = subcategory_id), check_for_backend(Pg))]
pub struct CategoryRule {
    /// Identity.
    pub id: CategoryRuleId,
    /// Name.
    pub rule_name: String,
    /// `CREDIT` or `DEBIT`; null fits both.
    pub transaction_type: Option<String>,
    /// What the description is compared with.
    pub description_pattern: String,
    /// `contains`, `starts_with`, `exact` or `regex`.
    pub pattern_type: Option<String>,
    /// Name of the category it gives.
    pub category: String,
    /// Name of the subcategory it gives.
    pub subcategory: Option<String>,
    /// Greater goes first.
    pub priority: i32,
    /// Whether it is in use.
    pub is_active: bool,
    /// `manual`, `learned` or `llm`.
    pub source: Option<String>,
    /// How often it was applied.
    pub usage_count: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// The category, where it is managed.
    pub category_id: Option<NormalizedCategoryId>,
    /// The subcategory, where it is managed.
    pub subcategory_id: Option<NormalizedSubcategoryId>,
}

/// A row for `category_rules`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = category_rules, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `CategoryRule`")]
pub struct NewCategoryRule<'a> {
    pub rule_name: &'a str,
    pub transaction_type: Option<&'a str>,
    pub description_pattern: &'a str,
    pub pattern_type: Option<&'a str>,
    pub category: &'a str,
    pub subcategory: Option<&'a str>,
    pub priority: Option<i32>,
    pub is_active: Option<bool>,
    pub source: Option<&'a str>,
    pub usage_count: Option<i32>,
    pub category_id: Option<NormalizedCategoryId>,
    pub subcategory_id: Option<NormalizedSubcategoryId>,
}

/// What to change in a row of `category_rules`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = category_rules, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `CategoryRule`")]
pub struct CategoryRuleChanges<'a> {
    pub rule_name: Option<&'a str>,
    pub transaction_type: Option<Option<&'a str>>,
    pub description_pattern: Option<&'a str>,
    pub pattern_type: Option<Option<&'a str>>,
    pub category: Option<&'a str>,
    pub subcategory: Option<Option<&'a str>>,
    pub priority: Option<i32>,
    pub is_active: Option<bool>,
    pub source: Option<Option<&'a str>>,
    pub usage_count: Option<i32>,
    pub category_id: Option<Option<NormalizedCategoryId>>,
    pub subcategory_id: Option<Option<NormalizedSubcategoryId>>,
}

impl<'a> NewCategoryRule<'a> {
    /// A row with what has no default.
    pub const fn new(rule_name: &'a str, description_pattern: &'a str, category: &'a str) -> Self {
        Self {
            rule_name,
            transaction_type: None,
            description_pattern,
            pattern_type: None,
            category,
            subcategory: None,
            priority: None,
            is_active: None,
            source: None,
            usage_count: None,
            category_id: None,
            subcategory_id: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<CategoryRule> {
        Ok(self
            .insert_into(category_rules::table)
            .returning(CategoryRule::as_returning())
            .get_result(conn)?)
    }
}

impl CategoryRule {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: CategoryRuleId) -> Result<Self> {
        Ok(Self::query()
            .filter(category_rules::id.eq(id))
            .first(conn)?)
    }

    /// All rows. The greatest priority first, then by id.
    pub fn list(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .order((category_rules::priority.desc(), category_rules::id))
            .load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: CategoryRuleId,
        changes: &CategoryRuleChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(category_rules::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: CategoryRuleId) -> Result<()> {
        let deleted = diesel::delete(category_rules::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
