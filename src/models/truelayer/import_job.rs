//! `truelayer_import_jobs`: one row per requested bank import (range, accounts, totals, state).

use chrono::{DateTime, NaiveDate, Utc};
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
    pub fn find(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerImportJobId,
    ) -> Result<Self> {
        Ok(Self::query()
            .filter(truelayer_import_jobs::id.eq(id))
            .filter(owned_by(owner.into()))
            .first(conn)?)
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
