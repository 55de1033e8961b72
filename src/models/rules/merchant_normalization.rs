//! `merchant_normalizations`: description patterns that give a clean merchant name.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::Result;
use crate::models::one_row;
use crate::schema::merchant_normalizations;
use crate::types::MerchantNormalizationId;

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
    pub pattern_type: Option<&'a str>,
    pub normalized_name: &'a str,
    pub merchant_type: Option<&'a str>,
    pub default_category: Option<&'a str>,
    pub priority: Option<i32>,
    pub source: Option<&'a str>,
    pub usage_count: Option<i32>,
}

/// What to change in a row of `merchant_normalizations`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = merchant_normalizations, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `MerchantNormalization`"
)]
pub struct MerchantNormalizationChanges<'a> {
    pub pattern: Option<&'a str>,
    pub pattern_type: Option<Option<&'a str>>,
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

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `pattern` and `pattern_type` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<MerchantNormalization> {
        Ok(self
            .insert_into(merchant_normalizations::table)
            .returning(MerchantNormalization::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `pattern` and `pattern_type`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<MerchantNormalization> {
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
}

impl MerchantNormalization {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: MerchantNormalizationId) -> Result<Self> {
        Ok(Self::query()
            .filter(merchant_normalizations::id.eq(id))
            .first(conn)?)
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
            .first(conn)
            .optional()?)
    }

    /// All rows. The greatest priority first, then by id.
    pub fn list(conn: &mut PgConnection) -> Result<Vec<Self>> {
        Ok(Self::query()
            .order((
                merchant_normalizations::priority.desc(),
                merchant_normalizations::id,
            ))
            .load(conn)?)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: MerchantNormalizationId,
        changes: &MerchantNormalizationChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(merchant_normalizations::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: MerchantNormalizationId) -> Result<()> {
        let deleted = diesel::delete(merchant_normalizations::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
