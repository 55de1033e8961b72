//! `llm_enrichment_failures`: last enrichment failure of a transaction.

use chrono::{DateTime, Utc};
use diesel::dsl::{case_when, now};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use diesel::sql_types::{Bool, Integer, Text};
use diesel::upsert::excluded;
use serde::Serialize;

use crate::Result;
use crate::models::truelayer::TrueLayerTransaction;
use crate::models::truelayer::transaction;
use crate::models::{Filter, one_row, owned};
use crate::schema::{llm_enrichment_failures, truelayer_transactions};
use crate::types::{LlmEnrichmentFailureId, TrueLayerTransactionId, UserId};

/// The most characters of a message that are kept.
const LONGEST_MESSAGE: usize = 500;

/// Last enrichment failure of a transaction: a row of `llm_enrichment_failures`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = llm_enrichment_failures, belongs_to(TrueLayerTransaction, foreign_key = transaction_id), check_for_backend(Pg))]
pub struct LlmEnrichmentFailure {
    /// Identity.
    pub id: LlmEnrichmentFailureId,
    /// `truelayer_transactions.id`.
    pub transaction_id: TrueLayerTransactionId,
    /// What the model or its service said.
    pub error_message: String,
    /// Attempts since.
    pub retry_count: i32,
    /// The last failure.
    pub failed_at: DateTime<Utc>,
}

/// A row for `llm_enrichment_failures`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = llm_enrichment_failures, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `LlmEnrichmentFailure`"
)]
pub struct NewLlmEnrichmentFailure<'a> {
    pub transaction_id: TrueLayerTransactionId,
    pub error_message: &'a str,
    pub retry_count: Option<i32>,
    pub failed_at: Option<DateTime<Utc>>,
}

/// What to change in a row of `llm_enrichment_failures`: a column left `None` stays.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = llm_enrichment_failures, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `LlmEnrichmentFailure`"
)]
pub struct LlmEnrichmentFailureChanges<'a> {
    pub error_message: Option<&'a str>,
    pub retry_count: Option<i32>,
    pub failed_at: Option<DateTime<Utc>>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<llm_enrichment_failures::table> {
    owned(owner, |owner| {
        llm_enrichment_failures::transaction_id
            .eq_any(transaction::ids_of(owner))
            .nullable()
    })
}

impl<'a> NewLlmEnrichmentFailure<'a> {
    /// A row with what has no default.
    pub const fn new(transaction_id: TrueLayerTransactionId, error_message: &'a str) -> Self {
        Self {
            transaction_id,
            error_message,
            retry_count: None,
            failed_at: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `transaction_id` is there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<LlmEnrichmentFailure> {
        Ok(self
            .insert_into(llm_enrichment_failures::table)
            .returning(LlmEnrichmentFailure::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `transaction_id`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<LlmEnrichmentFailure> {
        Ok(self
            .insert_into(llm_enrichment_failures::table)
            .on_conflict(llm_enrichment_failures::transaction_id)
            .do_update()
            .set(self)
            .returning(LlmEnrichmentFailure::as_returning())
            .get_result(conn)?)
    }
}

/// Inserts or renews the failure of a transaction; without a retry count, the one that is there is counted up.
fn note(
    conn: &mut PgConnection,
    owner: Option<UserId>,
    transaction: TrueLayerTransactionId,
    message: &str,
    retry_count: Option<i32>,
) -> Result<()> {
    let counts = retry_count.is_none().into_sql::<Bool>();
    let noted = truelayer_transactions::table
        .filter(truelayer_transactions::id.eq(transaction))
        .filter(transaction::owned_by(owner))
        .select((
            truelayer_transactions::id,
            cut(message).into_sql::<Text>(),
            retry_count.unwrap_or_default().into_sql::<Integer>(),
        ))
        .insert_into(llm_enrichment_failures::table)
        .into_columns((
            llm_enrichment_failures::transaction_id,
            llm_enrichment_failures::error_message,
            llm_enrichment_failures::retry_count,
        ))
        .on_conflict(llm_enrichment_failures::transaction_id)
        .do_update()
        .set((
            llm_enrichment_failures::error_message
                .eq(excluded(llm_enrichment_failures::error_message)),
            llm_enrichment_failures::retry_count.eq(case_when(
                counts,
                llm_enrichment_failures::retry_count + 1,
            )
            .otherwise(excluded(llm_enrichment_failures::retry_count))),
            llm_enrichment_failures::failed_at.eq(now),
        ))
        .execute(conn)?;
    one_row(noted)
}

/// The first 500 characters.
fn cut(message: &str) -> &str {
    message
        .char_indices()
        .nth(LONGEST_MESSAGE)
        .map_or(message, |(end, _)| &message[..end])
}

impl LlmEnrichmentFailure {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: LlmEnrichmentFailureId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(llm_enrichment_failures::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `transaction_id`, if any.
    pub fn find_by_transaction_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        transaction_id: TrueLayerTransactionId,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(llm_enrichment_failures::transaction_id.eq(transaction_id))
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// Notes the latest failure of a transaction of the owner, now, in the place of an earlier one.
    ///
    /// The message is cut to its first 500 characters. [`Error::NotFound`](crate::Error::NotFound) where the owner has no
    /// such transaction.
    ///
    /// Takes over `log_enrichment_failure`.
    pub fn record(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        transaction: TrueLayerTransactionId,
        message: &str,
        retry_count: i32,
    ) -> Result<()> {
        note(conn, owner.into(), transaction, message, Some(retry_count))
    }

    /// As [`record`](Self::record), but counts the failure: the first has `retry_count` 0, each further one adds 1.
    pub fn record_retry(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        transaction: TrueLayerTransactionId,
        message: &str,
    ) -> Result<()> {
        note(conn, owner.into(), transaction, message, None)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: LlmEnrichmentFailureId,
        changes: &LlmEnrichmentFailureChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            llm_enrichment_failures::table
                .find(id)
                .filter(owned_by(owner)),
        )
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
        id: LlmEnrichmentFailureId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            llm_enrichment_failures::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
