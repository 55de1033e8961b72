//! `truelayer_import_progress`: per-account progress of an import job.

use chrono::{DateTime, Utc};
use diesel::dsl;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::result::OptionalEmptyChangesetExtension;
use serde::Serialize;
use serde_json::Value;

use super::ImportCounts;
use super::TrueLayerAccount;
use super::TrueLayerImportJob;
use super::import_job;
use crate::Result;
use crate::models::{Filter, one_row, owned};
use crate::schema::truelayer_import_progress;
use crate::types::{
    ImportProgressStatus, TrueLayerAccountId, TrueLayerImportJobId, TrueLayerImportProgressId,
    UserId,
};

/// Per-account progress of an import job: a row of `truelayer_import_progress`.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Identifiable, Associations, Serialize)]
#[diesel(table_name = truelayer_import_progress, belongs_to(TrueLayerAccount, foreign_key = account_id), belongs_to(TrueLayerImportJob, foreign_key = job_id), check_for_backend(Pg))]
pub struct TrueLayerImportProgress {
    /// Identity.
    pub id: TrueLayerImportProgressId,
    /// The import.
    pub job_id: TrueLayerImportJobId,
    /// `truelayer_accounts.id`; one row a job and account. Null once the account is deleted.
    pub account_id: Option<TrueLayerAccountId>,
    /// State.
    pub progress_status: ImportProgressStatus,
    /// Transactions stored.
    pub synced_count: i32,
    /// Transactions that were there.
    pub duplicates_count: i32,
    /// Transactions refused.
    pub errors_count: i32,
    /// When work began.
    pub started_at: Option<DateTime<Utc>>,
    /// When work ended, well or not.
    pub completed_at: Option<DateTime<Utc>>,
    /// Why it failed.
    pub error_message: Option<String>,
    /// Anything else.
    pub metadata: Value,
    /// When the row was made.
    pub created_at: DateTime<Utc>,
    /// When the row last changed; kept by a trigger.
    pub updated_at: DateTime<Utc>,
}

/// A row for `truelayer_import_progress`; a column left `None` gets the database's default.
#[derive(Debug, Clone, Copy, Insertable, AsChangeset)]
#[diesel(table_name = truelayer_import_progress, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerImportProgress`"
)]
pub struct NewTrueLayerImportProgress<'a> {
    pub job_id: TrueLayerImportJobId,
    pub account_id: TrueLayerAccountId,
    pub progress_status: Option<ImportProgressStatus>,
    pub synced_count: Option<i32>,
    pub duplicates_count: Option<i32>,
    pub errors_count: Option<i32>,
    pub started_at: Option<DateTime<Utc>>,
    pub completed_at: Option<DateTime<Utc>>,
    pub error_message: Option<&'a str>,
    pub metadata: Option<&'a Value>,
}

/// What to change in a row of `truelayer_import_progress`: a column left `None` stays, `Some(None)` empties it.
#[derive(Debug, Clone, Copy, Default, AsChangeset)]
#[diesel(table_name = truelayer_import_progress, check_for_backend(Pg))]
#[expect(
    missing_docs,
    reason = "the fields are those of `TrueLayerImportProgress`"
)]
pub struct TrueLayerImportProgressChanges<'a> {
    pub progress_status: Option<ImportProgressStatus>,
    pub synced_count: Option<i32>,
    pub duplicates_count: Option<i32>,
    pub errors_count: Option<i32>,
    pub started_at: Option<Option<DateTime<Utc>>>,
    pub completed_at: Option<Option<DateTime<Utc>>>,
    pub error_message: Option<Option<&'a str>>,
    pub metadata: Option<&'a Value>,
}

/// Rows that belong to a user, or all.
pub(crate) fn owned_by(owner: Option<UserId>) -> Filter<truelayer_import_progress::table> {
    owned(owner, |owner| {
        truelayer_import_progress::job_id
            .eq_any(import_job::ids_of(owner))
            .nullable()
    })
}

impl NewTrueLayerImportProgress<'_> {
    /// A row with what has no default.
    pub const fn new(job_id: TrueLayerImportJobId, account_id: TrueLayerAccountId) -> Self {
        Self {
            job_id,
            account_id,
            progress_status: None,
            synced_count: None,
            duplicates_count: None,
            errors_count: None,
            started_at: None,
            completed_at: None,
            error_message: None,
            metadata: None,
        }
    }

    /// Inserts the row. [`Error::Conflict`](crate::Error::Conflict) where its `job_id` and `account_id` are there already.
    pub fn insert(&self, conn: &mut PgConnection) -> Result<TrueLayerImportProgress> {
        Ok(self
            .insert_into(truelayer_import_progress::table)
            .returning(TrueLayerImportProgress::as_returning())
            .get_result(conn)?)
    }

    /// Inserts the row, or changes what is given in the one with the same `job_id` and `account_id`.
    pub fn upsert(&self, conn: &mut PgConnection) -> Result<TrueLayerImportProgress> {
        Ok(self
            .insert_into(truelayer_import_progress::table)
            .on_conflict((
                truelayer_import_progress::job_id,
                truelayer_import_progress::account_id,
            ))
            .do_update()
            .set(self)
            .returning(TrueLayerImportProgress::as_returning())
            .get_result(conn)?)
    }
}

impl TrueLayerImportProgress {
    /// Writes down that an account of the owner's import is through: its counts and what failed, if anything did. Again
    /// replaces both. The status is `completed` also where there were errors.
    ///
    /// [`Error::NotFound`](crate::Error::NotFound) where the owner has no such job or account,
    /// [`Error::Reference`](crate::Error::Reference) where nobody has.
    ///
    /// Takes over `add_import_progress`.
    pub fn record(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        job: TrueLayerImportJobId,
        account: TrueLayerAccountId,
        counts: ImportCounts,
        error_message: Option<&str>,
    ) -> Result<Self> {
        if let Some(owner) = owner.into() {
            TrueLayerImportJob::find(conn, owner, job)?;
            TrueLayerAccount::find(conn, owner, account)?;
        }
        let progress = (
            truelayer_import_progress::progress_status.eq(ImportProgressStatus::Completed),
            truelayer_import_progress::synced_count.eq(counts.synced),
            truelayer_import_progress::duplicates_count.eq(counts.duplicates),
            truelayer_import_progress::errors_count.eq(counts.errors),
            truelayer_import_progress::error_message.eq(error_message),
            truelayer_import_progress::completed_at.eq(dsl::now),
        );
        Ok(diesel::insert_into(truelayer_import_progress::table)
            .values((
                truelayer_import_progress::job_id.eq(job),
                truelayer_import_progress::account_id.eq(account),
                progress,
            ))
            .on_conflict((
                truelayer_import_progress::job_id,
                truelayer_import_progress::account_id,
            ))
            .do_update()
            .set(progress)
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// The row of the owner with this id; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerImportProgressId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_import_progress::id.eq(id))
            .filter(owned_by(owner.into()))
            .get_result(conn)?)
    }

    /// The row of the owner with this `job_id` and `account_id`, if any.
    pub fn find_by_job_id_and_account_id(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        job_id: TrueLayerImportJobId,
        account_id: TrueLayerAccountId,
    ) -> Result<Option<Self>> {
        Ok(Self::query()
            .filter(truelayer_import_progress::job_id.eq(job_id))
            .filter(truelayer_import_progress::account_id.eq(account_id))
            .filter(owned_by(owner.into()))
            .get_result(conn)
            .optional()?)
    }

    /// The rows of one job of the owner.
    pub fn list_for_job(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        job: TrueLayerImportJobId,
    ) -> Result<Vec<Self>> {
        Ok(Self::query()
            .filter(truelayer_import_progress::job_id.eq(job))
            .filter(owned_by(owner.into()))
            .order(truelayer_import_progress::id)
            .load(conn)?)
    }

    /// Changes the row of the owner with this id and gives it as it is then; [`Error::NotFound`](crate::Error::NotFound) without.
    pub fn update(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerImportProgressId,
        changes: &TrueLayerImportProgressChanges<'_>,
    ) -> Result<Self> {
        let owner = owner.into();
        let row = diesel::update(
            truelayer_import_progress::table
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
        id: TrueLayerImportProgressId,
    ) -> Result<()> {
        let deleted = diesel::delete(
            truelayer_import_progress::table
                .find(id)
                .filter(owned_by(owner.into())),
        )
        .execute(conn)?;
        one_row(deleted)
    }
}
