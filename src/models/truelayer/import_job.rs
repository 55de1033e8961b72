//! `truelayer_import_jobs`: one row per requested bank import (range, accounts, totals, state).

use chrono::{DateTime, NaiveDate, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use super::BankConnection;
use crate::Result;
use crate::models::core::User;
use crate::models::{Filter, Ids, one_row, owned};
use crate::schema::truelayer_import_jobs;
use crate::types::{
    BankConnectionId, ImportJobStatus, ImportJobType, List, TrueLayerEnrichmentJobId,
    TrueLayerImportJobId, UserId,
};

/// One row per requested bank import (range, accounts, totals, state): a row of `truelayer_import_jobs`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_import_jobs, belongs_to(BankConnection, foreign_key = connection_id), belongs_to(User, foreign_key = user_id), check_for_backend(Pg))]
pub struct TrueLayerImportJob {
    /// Identity.
    pub id: TrueLayerImportJobId,
    /// The owner.
    pub user_id: UserId,
    /// The connection to import from.
    pub connection_id: Option<BankConnectionId>,
    /// State.
    pub job_status: ImportJobStatus,
    /// What is fetched.
    pub job_type: ImportJobType,
    /// First day, UTC, included.
    pub from_date: Option<NaiveDate>,
    /// Last day, UTC, included.
    pub to_date: Option<NaiveDate>,
    /// TrueLayer's account ids to import; empty means all of the connection.
    pub account_ids: List<String>,
    /// TrueLayer's card ids to import.
    pub card_ids: List<String>,
    /// Accounts to import.
    pub total_accounts: i32,
    /// Transactions stored.
    pub total_transactions_synced: i32,
    /// Transactions that were there.
    pub total_transactions_duplicates: i32,
    /// Transactions refused.
    pub total_transactions_errors: i32,
    /// Whether to enrich what comes in.
    pub auto_enrich: bool,
    /// Whether to start an enrichment job at the end.
    pub enrich_after_completion: bool,
    /// That enrichment job.
    pub enrichment_job_id: Option<TrueLayerEnrichmentJobId>,
    /// Transactions a batch.
    pub batch_size: i32,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When work ended, well or not.
    pub completed_at: Option<DateTime<Utc>>,
    /// When it should be done.
    pub estimated_completion: Option<DateTime<Utc>>,
    /// Anything else.
    pub metadata: Value,
    /// Why it failed.
    pub error_message: Option<String>,
}

/// A row for `truelayer_import_jobs`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable)]
#[diesel(table_name = truelayer_import_jobs, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `TrueLayerImportJob`")]
pub struct NewTrueLayerImportJob<'a> {
    pub user_id: UserId,
    pub connection_id: Option<BankConnectionId>,
    pub job_status: Option<ImportJobStatus>,
    pub job_type: Option<ImportJobType>,
    pub from_date: Option<NaiveDate>,
    pub to_date: Option<NaiveDate>,
    pub account_ids: Option<&'a List<String>>,
    pub card_ids: Option<&'a List<String>>,
    pub total_accounts: Option<i32>,
    pub total_transactions_synced: Option<i32>,
    pub total_transactions_duplicates: Option<i32>,
    pub total_transactions_errors: Option<i32>,
    pub auto_enrich: Option<bool>,
    pub enrich_after_completion: Option<bool>,
    pub enrichment_job_id: Option<TrueLayerEnrichmentJobId>,
    pub batch_size: Option<i32>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub estimated_completion: Option<DateTime<Utc>>,
    pub metadata: Option<&'a Value>,
    pub error_message: Option<&'a str>,
}

/// What to change in a row of `truelayer_import_jobs`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = truelayer_import_jobs, check_for_backend(Pg))]
#[expect(missing_docs, reason = "the fields are those of `TrueLayerImportJob`")]
pub struct TrueLayerImportJobChanges<'a> {
    pub job_status: Option<ImportJobStatus>,
    pub job_type: Option<ImportJobType>,
    pub from_date: Option<Option<NaiveDate>>,
    pub to_date: Option<Option<NaiveDate>>,
    pub account_ids: Option<&'a List<String>>,
    pub card_ids: Option<&'a List<String>>,
    pub total_accounts: Option<i32>,
    pub total_transactions_synced: Option<i32>,
    pub total_transactions_duplicates: Option<i32>,
    pub total_transactions_errors: Option<i32>,
    pub auto_enrich: Option<bool>,
    pub enrich_after_completion: Option<bool>,
    pub enrichment_job_id: Option<Option<TrueLayerEnrichmentJobId>>,
    pub batch_size: Option<i32>,
    pub started_at: Option<Option<DateTime<Utc>>>,
    pub completed_at: Option<Option<DateTime<Utc>>>,
    pub estimated_completion: Option<Option<DateTime<Utc>>>,
    pub metadata: Option<&'a Value>,
    pub error_message: Option<Option<&'a str>>,
}

/// What became of an import's transactions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ImportCounts {
    /// Stored.
    pub synced: i32,
    /// There already.
    pub duplicates: i32,
    /// Refused.
    pub errors: i32,
}

/// A step in the life of an import job. Any may follow any other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportJobStep<'a> {
    /// It waits (again).
    Pending,
    /// It starts now.
    Running {
        /// When it should be done; `None` empties the column.
        estimated_completion: Option<DateTime<Utc>>,
    },
    /// It is imported; enrichment begins.
    Enriching,
    /// It is done now.
    Completed {
        /// A last word on it; `None` empties the column.
        error_message: Option<&'a str>,
    },
    /// It ends now, without success.
    Failed {
        /// Why; `None` empties the column.
        error_message: Option<&'a str>,
    },
}

impl ImportJobStep<'_> {
    /// The status after the step.
    pub const fn status(self) -> ImportJobStatus {
        match self {
            Self::Pending => ImportJobStatus::Pending,
            Self::Running { .. } => ImportJobStatus::Running,
            Self::Enriching => ImportJobStatus::Enriching,
            Self::Completed { .. } => ImportJobStatus::Completed,
            Self::Failed { .. } => ImportJobStatus::Failed,
        }
    }
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_import_jobs::table> {
    owned(owner, |owner| {
        truelayer_import_jobs::user_id.eq(owner).nullable()
    })
}

/// The ids of a user's rows.
pub(crate) fn ids_of(
    owner: UserId,
) -> Ids<truelayer_import_jobs::table, truelayer_import_jobs::id> {
    truelayer_import_jobs::table
        .select(truelayer_import_jobs::id)
        .into_boxed()
        .filter(owned_by(Some(owner)))
}

impl NewTrueLayerImportJob<'_> {
    /// A row with what has no default.
    pub const fn new(user_id: UserId) -> Self {
        Self {
            user_id,
            connection_id: None,
            job_status: None,
            job_type: None,
            from_date: None,
            to_date: None,
            account_ids: None,
            card_ids: None,
            total_accounts: None,
            total_transactions_synced: None,
            total_transactions_duplicates: None,
            total_transactions_errors: None,
            auto_enrich: None,
            enrich_after_completion: None,
            enrichment_job_id: None,
            batch_size: None,
            started_at: None,
            completed_at: None,
            estimated_completion: None,
            metadata: None,
            error_message: None,
        }
    }

    /// Inserts the row.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerImportJob> {
        Ok(self
            .insert_into(truelayer_import_jobs::table)
            .returning(TrueLayerImportJob::as_returning())
            .get_result(conn)?)
    }
}

impl TrueLayerImportJob {
    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    ///
    /// Takes over `get_import_job`.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerImportJobId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_import_jobs::id.eq(id))
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
                truelayer_import_jobs::created_at.desc(),
                truelayer_import_jobs::id.desc(),
            ))
            .load(conn)?)
    }

    /// Writes a step into the row of the owner, with the time by the database's clock; what the step does not name stays.
    /// [`Error::NotFound`](crate::Error::NotFound) without such a row.
    ///
    /// A worker that starts a job takes it by [`claim`](Self::claim), so that no other does.
    ///
    /// Takes over `update_import_job_status`.
    pub fn advance(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerImportJobId,
        step: ImportJobStep<'_>,
    ) -> Result<Self> {
        use truelayer_import_jobs::{
            completed_at, error_message, estimated_completion, job_status, started_at,
        };
        let row = truelayer_import_jobs::table
            .find(id)
            .filter(owned_by(owner.into()));
        let status = job_status.eq(step.status());
        let returning = Self::as_returning();
        Ok(match step {
            ImportJobStep::Pending | ImportJobStep::Enriching => diesel::update(row)
                .set(status)
                .returning(returning)
                .get_result(conn)?,
            ImportJobStep::Running {
                estimated_completion: estimate,
            } => diesel::update(row)
                .set((
                    status,
                    started_at.eq(dsl::now),
                    estimated_completion.eq(estimate),
                ))
                .returning(returning)
                .get_result(conn)?,
            ImportJobStep::Completed {
                error_message: message,
            }
            | ImportJobStep::Failed {
                error_message: message,
            } => diesel::update(row)
                .set((status, completed_at.eq(dsl::now), error_message.eq(message)))
                .returning(returning)
                .get_result(conn)?,
        })
    }

    /// Starts the job of the owner if it is still `pending`; `None` where another worker was first, or there is no such job.
    pub fn claim(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerImportJobId,
        estimated_completion: Option<DateTime<Utc>>,
    ) -> Result<Option<Self>> {
        let pending = truelayer_import_jobs::table
            .find(id)
            .filter(truelayer_import_jobs::job_status.eq(ImportJobStatus::Pending))
            .filter(owned_by(owner.into()));
        Ok(diesel::update(pending)
            .set((
                truelayer_import_jobs::job_status.eq(ImportJobStatus::Running),
                truelayer_import_jobs::started_at.eq(dsl::now),
                truelayer_import_jobs::estimated_completion.eq(estimated_completion),
            ))
            .returning(Self::as_returning())
            .get_result(conn)
            .optional()?)
    }

    /// Completes the job of the owner with its totals, which replace the stored ones, whatever its status was;
    /// `error_message` stays. [`Error::NotFound`](crate::Error::NotFound) without such a job.
    ///
    /// Takes over `mark_job_completed`.
    pub fn complete(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerImportJobId,
        totals: ImportCounts,
    ) -> Result<Self> {
        let row = truelayer_import_jobs::table
            .find(id)
            .filter(owned_by(owner.into()));
        Ok(diesel::update(row)
            .set((
                truelayer_import_jobs::job_status.eq(ImportJobStatus::Completed),
                truelayer_import_jobs::completed_at.eq(dsl::now),
                truelayer_import_jobs::total_transactions_synced.eq(totals.synced),
                truelayer_import_jobs::total_transactions_duplicates.eq(totals.duplicates),
                truelayer_import_jobs::total_transactions_errors.eq(totals.errors),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerImportJobId,
        changes: &TrueLayerImportJobChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            truelayer_import_jobs::table
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
        id: TrueLayerImportJobId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_import_jobs::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
