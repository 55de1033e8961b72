//! `truelayer_enrichment_jobs`: one row per enrichment run over a set of transactions, with cost and tokens.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use super::TrueLayerImportJob;
use crate::Result;
use crate::models::core::User;
use crate::models::{Filter, one_row, owned};
use crate::schema::truelayer_enrichment_jobs;
use crate::types::{
    EnrichmentJobStatus, List, TrueLayerEnrichmentJobId, TrueLayerImportJobId,
    TrueLayerTransactionId, UserId,
};

/// One row per enrichment run over a set of transactions, with cost and tokens: a row of `truelayer_enrichment_jobs`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_enrichment_jobs, belongs_to(TrueLayerImportJob, foreign_key = import_job_id), belongs_to(User, foreign_key = user_id), check_for_backend(Pg))]
pub struct TrueLayerEnrichmentJob {
    /// Identity.
    pub id: TrueLayerEnrichmentJobId,
    /// The owner.
    pub user_id: UserId,
    /// The import that asked for it.
    pub import_job_id: Option<TrueLayerImportJobId>,
    /// State.
    pub job_status: EnrichmentJobStatus,
    /// `truelayer_transactions.id` of what is to be enriched.
    pub transaction_ids: List<TrueLayerTransactionId>,
    /// How many that are.
    pub total_transactions: i32,
    /// Enriched.
    pub successful_enrichments: i32,
    /// Failed.
    pub failed_enrichments: i32,
    /// Answered by the cache.
    pub cached_hits: i32,
    /// US dollars, four decimals.
    pub total_cost: BigDecimal,
    /// Tokens in and out.
    pub total_tokens: i32,
    /// Who ran the model.
    pub llm_provider: Option<String>,
    /// The model.
    pub llm_model: Option<String>,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When work ended, well or not.
    pub completed_at: Option<DateTime<Utc>>,
    /// Anything else.
    pub metadata: Value,
    /// Why it failed.
    pub error_message: Option<String>,
}

/// A row for `truelayer_enrichment_jobs`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = truelayer_enrichment_jobs, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerEnrichmentJob`"
)]
pub struct NewTrueLayerEnrichmentJob<'a> {
    pub user_id: UserId,
    pub import_job_id: Option<TrueLayerImportJobId>,
    pub job_status: Option<EnrichmentJobStatus>,
    pub transaction_ids: Option<&'a List<TrueLayerTransactionId>>,
    pub total_transactions: Option<i32>,
    pub successful_enrichments: Option<i32>,
    pub failed_enrichments: Option<i32>,
    pub cached_hits: Option<i32>,
    pub total_cost: Option<&'a BigDecimal>,
    pub total_tokens: Option<i32>,
    pub llm_provider: Option<&'a str>,
    pub llm_model: Option<&'a str>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub metadata: Option<&'a Value>,
    pub error_message: Option<&'a str>,
}

/// What to change in a row of `truelayer_enrichment_jobs`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = truelayer_enrichment_jobs, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerEnrichmentJob`"
)]
pub struct TrueLayerEnrichmentJobChanges<'a> {
    pub import_job_id: Option<Option<TrueLayerImportJobId>>,
    pub job_status: Option<EnrichmentJobStatus>,
    pub transaction_ids: Option<&'a List<TrueLayerTransactionId>>,
    pub total_transactions: Option<i32>,
    pub successful_enrichments: Option<i32>,
    pub failed_enrichments: Option<i32>,
    pub cached_hits: Option<i32>,
    pub total_cost: Option<&'a BigDecimal>,
    pub total_tokens: Option<i32>,
    pub llm_provider: Option<Option<&'a str>>,
    pub llm_model: Option<Option<&'a str>>,
    pub started_at: Option<Option<DateTime<Utc>>>,
    pub completed_at: Option<Option<DateTime<Utc>>>,
    pub metadata: Option<&'a Value>,
    pub error_message: Option<Option<&'a str>>,
}

/// What an enrichment run came to; `None` leaves the stored value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, AsChangeset)]
#[diesel(table_name = truelayer_enrichment_jobs, check_for_backend(Pg))]
pub struct EnrichmentTotals<'a> {
    /// Transactions enriched.
    #[diesel(column_name = successful_enrichments)]
    pub successful: Option<i32>,
    /// Transactions that could not be enriched.
    #[diesel(column_name = failed_enrichments)]
    pub failed: Option<i32>,
    /// US dollars; stored with four decimals, halves rounded away from zero.
    #[diesel(column_name = total_cost)]
    pub cost: Option<&'a BigDecimal>,
    /// Tokens used.
    #[diesel(column_name = total_tokens)]
    pub tokens: Option<i32>,
}

/// A step in the life of an enrichment job. Any may follow any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EnrichmentJobStep<'a> {
    /// It starts now.
    Running,
    /// It is done now.
    Completed(EnrichmentTotals<'a>),
    /// It ends now, without success.
    Failed(EnrichmentTotals<'a>),
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_enrichment_jobs::table> {
    owned(owner, |owner| {
        truelayer_enrichment_jobs::user_id.eq(owner).nullable()
    })
}

impl NewTrueLayerEnrichmentJob<'_> {
    /// A row with what has no default.
    pub const fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            import_job_id: None,
            job_status: None,
            transaction_ids: None,
            total_transactions: None,
            successful_enrichments: None,
            failed_enrichments: None,
            cached_hits: None,
            total_cost: None,
            total_tokens: None,
            llm_provider: None,
            llm_model: None,
            started_at: None,
            completed_at: None,
            metadata: None,
            error_message: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerEnrichmentJob> {
        Ok(self
            .insert_into(truelayer_enrichment_jobs::table)
            .returning(TrueLayerEnrichmentJob::as_returning())
            .get_result(conn)?)
    }
}

impl TrueLayerEnrichmentJob {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerEnrichmentJobId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_enrichment_jobs::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// All rows of a user. Newest first.
    pub fn list_for_user(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(owned_by(owner.into()))
            .order((
                truelayer_enrichment_jobs::created_at.desc(),
                truelayer_enrichment_jobs::id.desc(),
            ))
            .load(conn)?)
    }

    /// Writes a step into the row of the owner, with the time by the database's clock; what the step does not name stays.
    /// [`Error::NotFound`](crate::Error::NotFound) without such a row.
    ///
    /// Takes over `update_enrichment_job`.
    pub fn advance(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerEnrichmentJobId,
        step: EnrichmentJobStep<'_>,
    ) -> Result<Self> {
        use truelayer_enrichment_jobs::{completed_at, job_status, started_at};
        let row = truelayer_enrichment_jobs::table
            .find(id)
            .filter(owned_by(owner.into()));
        let (status, totals) = match step {
            EnrichmentJobStep::Running => {
                return Ok(diesel::update(row)
                    .set((
                        job_status.eq(EnrichmentJobStatus::Running),
                        started_at.eq(dsl::now),
                    ))
                    .returning(Self::as_returning())
                    .get_result(conn)?);
            }
            EnrichmentJobStep::Completed(totals) => (EnrichmentJobStatus::Completed, totals),
            EnrichmentJobStep::Failed(totals) => (EnrichmentJobStatus::Failed, totals),
        };
        Ok(diesel::update(row)
            .set((job_status.eq(status), completed_at.eq(dsl::now), totals))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerEnrichmentJobId,
        changes: &TrueLayerEnrichmentJobChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            truelayer_enrichment_jobs::table
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
        id: TrueLayerEnrichmentJobId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_enrichment_jobs::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
