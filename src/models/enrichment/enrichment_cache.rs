//! `enrichment_cache`: answers of the language model by description and direction.

use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;

use crate::models::one_row;
use crate::schema::enrichment_cache;
use crate::types::{Enrichment, EnrichmentCacheId};
use crate::{Error, Result};

/// How an entry starts that has no answer yet, as somebody is just asking.
pub(crate) const RESERVED: &str = "reserved ";

/// Answers of the language model by description and direction: a row of `enrichment_cache`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Serialize)]
#[diesel(table_name = enrichment_cache, check_for_backend(Pg))]
pub struct EnrichmentCache {
    /// Identity.
    pub id: EnrichmentCacheId,
    /// The bank's text; where purchases explain the transaction with ` #` and a SHA-256 of what they tell.
    pub transaction_description: String,
    /// `in` or `out`; null in rows of old programs, which no question finds.
    pub transaction_direction: Option<String>,
    /// The answer as JSON text; while the question is being asked `reserved ` and by whom.
    pub enrichment_data: Option<String>,
    /// When it was stored.
    pub cached_at: DateTime<Utc>,
}

/// A row for `enrichment_cache`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = enrichment_cache, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `EnrichmentCache`")]
pub struct NewEnrichmentCache<'a> {
    pub transaction_description: &'a str,
    pub transaction_direction: &'a str,
    pub enrichment_data: Option<&'a str>,
    pub cached_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `enrichment_cache`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = enrichment_cache, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `EnrichmentCache`")]
pub struct EnrichmentCacheChanges<'a> {
    pub enrichment_data: Option<Option<&'a str>>,
    pub cached_at: Option<DateTime<Utc>>,
}

impl<'a> NewEnrichmentCache<'a> {
    /// A row with what has no default.
    pub const fn new(transaction_description: &'a str, transaction_direction: &'a str) -> Self {
        Self {
            transaction_description,
            transaction_direction,
            enrichment_data: None,
            cached_at: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `transaction_description` and `transaction_direction` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<EnrichmentCache> {
        Ok(self
            .insert_into(enrichment_cache::table)
            .returning(EnrichmentCache::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `transaction_description` and `transaction_direction`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<EnrichmentCache> {
        Ok(self
            .insert_into(enrichment_cache::table)
            .on_conflict((
                enrichment_cache::transaction_description,
                enrichment_cache::transaction_direction,
            ))
            .do_update()
            .set(self)
            .returning(EnrichmentCache::as_returning())
            .get_result(conn)?)
    }
}

impl EnrichmentCache {
    /// The row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(conn: &mut PgConnection, id: EnrichmentCacheId) -> Result<Self> {
        Ok(Self::query()
            .filter(enrichment_cache::id.eq(id))
            .get_result(conn)?)
    }

    /// The row with this `transaction_description` and `transaction_direction`, if any.
    pub fn find_by_transaction_description_and_transaction_direction(
        conn: &mut PgConnection,
        transaction_description: &str,
        transaction_direction: &str,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(enrichment_cache::transaction_description.eq(transaction_description))
            .filter(enrichment_cache::transaction_direction.eq(transaction_direction))
            .get_result(conn)
            .optional()?)
    }

    /// The enrichment that is stored for this description and direction, if any; both are compared exactly.
    ///
    /// An entry that is not a JSON object of an enrichment is as good as none, and is logged. There is no expiry.
    ///
    /// Takes over `get_enrichment_from_cache`.
    pub fn lookup(
        conn: &mut PgConnection,
        description: &str,
        direction: &str,
    ) -> Result<Option<Enrichment>> {
        let entry = Self::find_by_transaction_description_and_transaction_direction(
            conn,
            description,
            direction,
        )?;
        let Some((id, text)) = entry.and_then(|entry| Some((entry.id, entry.enrichment_data?)))
        else {
            return Ok(None);
        };
        let enrichment = Enrichment::from_json(&text);
        if enrichment.is_none() && !text.starts_with(RESERVED) {
            tracing::warn!(%id, "an entry of enrichment_cache holds no enrichment");
        }
        Ok(enrichment)
    }

    /// Stores an enrichment for a description and a direction, `in` or `out`, in the place of an earlier one.
    ///
    /// Takes over `cache_enrichment`.
    pub fn store(
        conn: &mut PgConnection,
        description: &str,
        direction: &str,
        enrichment: &Enrichment,
    ) -> Result<Self> {
        let text = serde_json::to_string(enrichment)
            .map_err(|error| Error::invalid("enrichment", error.to_string()))?;
        NewEnrichmentCache {
            transaction_description: description,
            transaction_direction: direction,
            enrichment_data: Some(&text),
            cached_at: Some(Utc::now()),
        }
        .upsert(conn)
    }

    /// Changes the row with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        id: EnrichmentCacheId,
        changes: &EnrichmentCacheChanges<'_>,
    ) -> Result<Self> {
        let row = diesel::update(enrichment_cache::table.find(id))
            .set(changes)
            .returning(Self::as_returning())
            .get_result(conn)
            .optional_empty_changeset()?;
        row.map_or_else(|| Self::find(conn, id), Ok)
    }

    /// Deletes the row with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn delete(conn: &mut PgConnection, id: EnrichmentCacheId) -> Result<()> {
        let deleted = diesel::delete(enrichment_cache::table.find(id)).execute(conn)?;
        one_row(deleted)
    }
}
