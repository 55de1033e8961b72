//! `category_rules`: description patterns that give a category.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use diesel::sql_types::{Array, Integer};
use serde::Serialize;

use super::NormalizedCategory;
use super::NormalizedSubcategory;
use super::pattern;
use crate::Result;
use crate::models::one_row;
use crate::schema::category_rules;
use crate::types::{CategoryRuleId, NormalizedCategoryId, NormalizedSubcategoryId, PatternType};

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
    pub pattern_type: Option<PatternType>,
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, AsChangeset)]
#[diesel(table_name = category_rules, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `CategoryRule`")]
pub struct CategoryRuleChanges<'a> {
    pub rule_name: Option<&'a str>,
    pub transaction_type: Option<Option<&'a str>>,
    pub description_pattern: Option<&'a str>,
    pub pattern_type: Option<PatternType>,
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

    /// Inserts the row. [`Error::InvalidInput`](crate::Error::InvalidInput) where its pattern is a regular expression that
    /// cannot be compiled.
    ///
    /// Takes over `add_category_rule`.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<CategoryRule> {
        let pattern_type = self.pattern_type.map(PatternType::as_str);
        pattern::check(
            "description_pattern",
            pattern_type,
            self.description_pattern,
        )?;
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
            .get_result(conn)?)
    }

    /// All rows, also those that are not in use. The greatest priority first, then by id.
    pub fn list(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .order((category_rules::priority.desc(), category_rules::id))
            .load(conn)?)
    }

    /// The rules in use. The greatest priority first, then by id.
    ///
    /// Takes over `get_category_rules`.
    pub fn list_active(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(category_rules::is_active)
            .order((category_rules::priority.desc(), category_rules::id))
            .load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without,
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) where its new pattern is a regular expression that cannot be
    /// compiled.
    ///
    /// Takes over `update_category_rule`.
    pub fn update(
        conn: &mut PgConnection,
        id: CategoryRuleId,
        changes: &CategoryRuleChanges<'_>,
    ) -> Result<Self> {
        conn.transaction(|conn| {
            let row = diesel::update(category_rules::table.find(id))
                .set(changes)
                .returning(Self::as_returning())
                .get_result(conn)
                .optional_empty_changeset()?;
            let row = row.map_or_else(|| Self::find(conn, id), Ok)?;
            if changes.pattern_type.is_some() || changes.description_pattern.is_some() {
                pattern::check(
                    "description_pattern",
                    row.pattern_type.as_deref(),
                    &row.description_pattern,
                )?;
            }
            Ok(row)
        })
    }

    /// Adds 1 to how often the rule was applied; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `increment_rule_usage`.
    pub fn count_use(conn: &mut PgConnection, id: CategoryRuleId) -> Result<()> {
        let updated = diesel::update(category_rules::table.find(id))
            .set(category_rules::usage_count.eq(category_rules::usage_count + 1))
            .execute(conn)?;
        one_row(updated)
    }

    /// Adds to how often the rules were applied, all in one statement, and says how many of them there are.
    pub fn count_uses(
        conn: &mut PgConnection,
        uses: &BTreeMap<CategoryRuleId, i32>,
    ) -> Result<usize> {
        let ids: Vec<_> = uses.keys().copied().collect();
        let counts: Vec<_> = uses.values().copied().collect();
        Ok(
            diesel::sql_query(include_str!("category_rule/count_uses.sql"))
                .bind::<Array<Integer>, _>(ids)
                .bind::<Array<Integer>, _>(counts)
                .execute(conn)?,
        )
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without. What it categorised stays so.
    ///
    /// Takes over `delete_category_rule`.
    pub fn delete(conn: &mut PgConnection, id: CategoryRuleId) -> Result<()> {
        let deleted = diesel::delete(category_rules::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
