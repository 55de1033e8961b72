//! Import jobs with what belongs to them: the connection they import from, the accounts they went through.

use diesel::dsl;
use diesel::expression::SqlLiteral;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use serde::Serialize;

use crate::models::at_most;
use crate::models::truelayer::{
    BankConnection, NewTrueLayerImportJob, TrueLayerAccount, TrueLayerImportJob,
    TrueLayerImportProgress, import_job,
};
use crate::schema::{truelayer_accounts, truelayer_import_jobs, truelayer_import_progress};
use crate::types::{TrueLayerImportJobId, UserId};
use crate::{Error, Result};

/// Makes an import job. [`Error::Reference`] where the connection is not the user's, or there is no such user or connection.
///
/// Takes over `create_import_job`.
pub fn create(
    conn: &mut PgConnection,
    job: &NewTrueLayerImportJob<'_>,
) -> Result<TrueLayerImportJob> {
    if let Some(connection) = job.connection_id {
        BankConnection::find(conn, job.user_id, connection).map_err(|error| match error {
            Error::NotFound => Error::Reference {
                constraint: "truelayer_import_jobs_connection_id_fkey".to_owned(),
            },
            error => error,
        })?;
    }
    job.insert(conn)
}

/// How far one account of an import is.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(
    table_name = truelayer_import_progress,
    base_query = truelayer_import_progress::table.left_join(truelayer_accounts::table),
    check_for_backend(Pg)
)]
pub struct AccountProgress {
    /// The progress.
    #[diesel(embed)]
    pub progress: TrueLayerImportProgress,
    /// The account; `None` once it is deleted.
    #[diesel(embed)]
    pub account: Option<TrueLayerAccount>,
}

/// The progress of the accounts of one import of the owner. Oldest first.
///
/// Takes over `get_import_progress`.
pub fn progress(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    job: TrueLayerImportJobId,
) -> Result<Vec<AccountProgress>> {
    let mut progress = AccountProgress::query()
        .filter(truelayer_import_progress::job_id.eq(job))
        .order((
            truelayer_import_progress::created_at,
            truelayer_import_progress::id,
        ))
        .into_boxed();
    if let Some(owner) = owner.into() {
        progress =
            progress.filter(truelayer_import_progress::job_id.eq_any(import_job::ids_of(owner)));
    }
    Ok(progress.load(conn)?)
}

/// An import of the past, or one that is under way.
#[derive(Debug, Clone, PartialEq, Eq, HasQuery, Serialize)]
#[diesel(table_name = truelayer_import_jobs, check_for_backend(Pg))]
pub struct ImportHistoryEntry {
    /// The import.
    #[diesel(embed)]
    pub job: TrueLayerImportJob,
    /// Accounts with progress; those deleted since do not count.
    #[diesel(select_expression = accounts(""), select_expression_type = SqlLiteral<BigInt>)]
    pub accounts: i64,
    /// Those of them that are through.
    #[diesel(
        select_expression = accounts("AND progress_status = 'completed'"),
        select_expression_type = SqlLiteral<BigInt>
    )]
    pub completed_accounts: i64,
}

/// How many accounts have progress on which the condition holds.
fn accounts(condition: &str) -> SqlLiteral<BigInt> {
    dsl::sql(&format!(
        "(SELECT count(DISTINCT account_id) FROM truelayer_import_progress
          WHERE job_id = truelayer_import_jobs.id {condition})"
    ))
}

/// The user's imports, at most `limit`. Newest first.
///
/// Takes over `get_user_import_history`.
pub fn history(
    conn: &mut PgConnection,
    user: UserId,
    limit: Option<u32>,
) -> Result<Vec<ImportHistoryEntry>> {
    Ok(ImportHistoryEntry::query()
        .filter(truelayer_import_jobs::user_id.eq(user))
        .order((
            truelayer_import_jobs::created_at.desc(),
            truelayer_import_jobs::id.desc(),
        ))
        .limit(at_most(limit))
        .load(conn)?)
}
