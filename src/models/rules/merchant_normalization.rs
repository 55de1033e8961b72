//! `merchant_normalizations`: description patterns that give a clean merchant name.

mod direct_debit;

pub use direct_debit::NewDirectDebitMapping;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use diesel::sql_types::{Array, Integer};
use diesel::upsert::excluded;
use serde::Serialize;

use super::pattern;
use crate::Result;
use crate::models::one_row;
use crate::schema::merchant_normalizations;
use crate::types::{MerchantNormalizationId, PatternType};

/// Description patterns that give a clean merchant name: a row of `merchant_normalizations`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = merchant_normalizations, check_for_backend(Pg))]
pub struct MerchantNormalization {
    /// Identity.
    pub id: MerchantNormalizationId,
    /// What the description is compared with.
    pub pattern: String,
    /// `contains`, `starts_with`, `exact` or `regex`.
    pub pattern_type: Option<String>,
    /// The clean name it gives.
    pub normalized_name: String,
    /// Kind of shop.
    pub merchant_type: Option<String>,
    /// Name of the category for want of a rule.
    pub default_category: Option<String>,
    /// Greater goes first.
    pub priority: i32,
    /// `manual`, `learned`, `llm` or `direct_debit`.
    pub source: Option<String>,
    /// How often it was applied.
    pub usage_count: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
}

/// A row for `merchant_normalizations`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = merchant_normalizations, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `MerchantNormalization`"
)]
pub struct NewMerchantNormalization<'a> {
    pub pattern: &'a str,
    pub pattern_type: Option<PatternType>,
    pub normalized_name: &'a str,
    pub merchant_type: Option<&'a str>,
    pub default_category: Option<&'a str>,
    pub priority: Option<i32>,
    pub source: Option<&'a str>,
    pub usage_count: Option<i32>,
}

/// What to change in a row of `merchant_normalizations`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, AsChangeset)]
#[diesel(table_name = merchant_normalizations, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `MerchantNormalization`"
)]
pub struct MerchantNormalizationChanges<'a> {
    pub pattern: Option<&'a str>,
    pub pattern_type: Option<PatternType>,
    pub normalized_name: Option<&'a str>,
    pub merchant_type: Option<Option<&'a str>>,
    pub default_category: Option<Option<&'a str>>,
    pub priority: Option<i32>,
    pub source: Option<Option<&'a str>>,
    pub usage_count: Option<i32>,
}

impl<'a> NewMerchantNormalization<'a> {
    /// A row with what has no default.
    pub const fn new(pattern: &'a str, normalized_name: &'a str) -> Self {
        Self {
            pattern,
            pattern_type: None,
            normalized_name,
            merchant_type: None,
            default_category: None,
            priority: None,
            source: None,
            usage_count: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `pattern` and `pattern_type` are there already,
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) where the pattern is a regular expression that cannot be compiled.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<MerchantNormalization> {
        self.check()?;
        Ok(self
            .insert_into(merchant_normalizations::table)
            .returning(MerchantNormalization::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `pattern` and `pattern_type`.
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) where the pattern is a regular expression that cannot be compiled.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<MerchantNormalization> {
        self.check()?;
        Ok(self
            .insert_into(merchant_normalizations::table)
            .on_conflict((
                merchant_normalizations::pattern,
                merchant_normalizations::pattern_type,
            ))
            .do_update()
            .set(self)
            .returning(MerchantNormalization::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or gives the one with the same `pattern` and `pattern_type` this name, merchant type, category and
    /// priority, also where they are `None`; its source and its count stay.
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) where the pattern is a regular expression that cannot be compiled.
    ///
    /// Takes over `add_merchant_normalization`.
    pub fn enter(&self, conn: &mut PgConnection) -> Result<MerchantNormalization> {
        self.check()?;
        Ok(self
            .insert_into(merchant_normalizations::table)
            .on_conflict((
                merchant_normalizations::pattern,
                merchant_normalizations::pattern_type,
            ))
            .do_update()
            .set((
                merchant_normalizations::normalized_name
                    .eq(excluded(merchant_normalizations::normalized_name)),
                merchant_normalizations::merchant_type
                    .eq(excluded(merchant_normalizations::merchant_type)),
                merchant_normalizations::default_category
                    .eq(excluded(merchant_normalizations::default_category)),
                merchant_normalizations::priority.eq(excluded(merchant_normalizations::priority)),
                merchant_normalizations::updated_at.eq(dsl::now),
            ))
            .returning(MerchantNormalization::as_returning())
            .get_result(conn)?)
    }

    fn check(&self) -> Result<()> {
        let pattern_type = self.pattern_type.map(PatternType::as_str);
        pattern::check("pattern", pattern_type, self.pattern)
    }
}

impl MerchantNormalization {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: MerchantNormalizationId) -> Result<Self> {
        Ok(Self::query()
            .filter(merchant_normalizations::id.eq(id))
            .get_result(conn)?)
    }

    /// The row with this `pattern` and `pattern_type`, if any.
    pub fn find_by_pattern_and_pattern_type(
        conn: &mut PgConnection,
        pattern: &str,
        pattern_type: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(merchant_normalizations::pattern.eq(pattern))
            .filter(merchant_normalizations::pattern_type.eq(pattern_type))
            .get_result(conn)
            .optional()?)
    }

    /// All rows. The greatest priority first, then by id.
    ///
    /// Takes over `get_merchant_normalizations`.
    pub fn list(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .order((
                merchant_normalizations::priority.desc(),
                merchant_normalizations::id,
            ))
            .load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without,
    /// [`Error::Conflict`](crate::Error::Conflict) where another row has its new `pattern` and `pattern_type`,
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) where its new pattern is a regular expression that cannot be
    /// compiled.
    ///
    /// Takes over `update_merchant_normalization`.
    pub fn update(
        conn: &mut PgConnection,
        id: MerchantNormalizationId,
        changes: &MerchantNormalizationChanges<'_>,
    ) -> Result<Self> {
        conn.transaction(|conn| {
            let row = diesel::update(merchant_normalizations::table.find(id))
                .set(changes)
                .returning(Self::as_returning())
                .get_result(conn)
                .optional_empty_changeset()?;
            let row = row.map_or_else(|| Self::find(conn, id), Ok)?;
            if changes.pattern_type.is_some() || changes.pattern.is_some() {
                pattern::check("pattern", row.pattern_type.as_deref(), &row.pattern)?;
            }
            Ok(row)
        })
    }

    /// Adds 1 to how often the entry was applied, which moves `updated_at`; [`Error::NotFound`](crate::Error::NotFound)
    /// without.
    ///
    /// Takes over `increment_merchant_normalization_usage`.
    pub fn count_use(conn: &mut PgConnection, id: MerchantNormalizationId) -> Result<()> {
        let updated = diesel::update(merchant_normalizations::table.find(id))
            .set(merchant_normalizations::usage_count.eq(merchant_normalizations::usage_count + 1))
            .execute(conn)?;
        one_row(updated)
    }

    /// Adds to how often the entries were applied, all in one statement, and says how many of them there are.
    pub fn count_uses(
        conn: &mut PgConnection,
        uses: &BTreeMap<MerchantNormalizationId, i32>,
    ) -> Result<usize> {
        let ids: Vec<_> = uses.keys().copied().collect();
        let counts: Vec<_> = uses.values().copied().collect();
        Ok(
            diesel::sql_query(include_str!("merchant_normalization/count_uses.sql"))
                .bind::<Array<Integer>, _>(ids)
                .bind::<Array<Integer>, _>(counts)
                .execute(conn)?,
        )
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `delete_merchant_normalization`.
    pub fn delete(conn: &mut PgConnection, id: MerchantNormalizationId) -> Result<()> {
        let deleted = diesel::delete(merchant_normalizations::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
