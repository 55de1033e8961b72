//! The import job: one row for a folder, one row of progress for each of its accounts.

use chrono::Utc;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Nullable, Text};

use crate::Result;
use crate::models::truelayer::{NewTrueLayerImportJob, NewTrueLayerImportProgress};
use crate::operations::import::ImportReport;
use crate::schema::truelayer_import_progress;
use crate::types::{
    BankConnectionId, ImportJobStatus, ImportJobType, ImportProgressStatus, List,
    TrueLayerAccountId, TrueLayerImportJobId, UserId,
};

/// What a job is about to import.
pub(super) struct Scope {
    pub(super) owner: UserId,
    pub(super) connection: BankConnectionId,
    pub(super) accounts: Vec<(TrueLayerAccountId, String)>,
    pub(super) cards: Vec<String>,
}

/// Writes the rows of a job that begins now.
pub(super) fn start(conn: &mut PgConnection, scope: &Scope) -> Result<TrueLayerImportJobId> {
    let texts = scope.accounts.iter().map(|(_, text)| text.clone());
    let account_ids = List(texts.collect());
    let card_ids = List(scope.cards.clone());
    conn.transaction(|conn| {
        let job = NewTrueLayerImportJob {
            connection_id: Some(scope.connection),
            job_status: Some(ImportJobStatus::Running),
            job_type: Some(ImportJobType::FullSync),
            account_ids: Some(&account_ids),
            card_ids: Some(&card_ids),
            total_accounts: i32::try_from(scope.accounts.len()).ok(),
            started_at: Some(Utc::now()),
            ..NewTrueLayerImportJob::new(scope.owner)
        }
        .insert(conn)?;
        let progress: Vec<_> = scope
            .accounts
            .iter()
            .map(|(account, _)| NewTrueLayerImportProgress {
                progress_status: Some(ImportProgressStatus::Syncing),
                started_at: Some(Utc::now()),
                ..NewTrueLayerImportProgress::new(job.id, *account)
            })
            .collect();
        diesel::insert_into(truelayer_import_progress::table)
            .values(progress)
            .execute(conn)?;
        Ok(job.id)
    })
}

/// Adds a file's counts to the progress of its account; in the transaction that stores the file.
pub(super) fn count(
    conn: &mut PgConnection,
    job: TrueLayerImportJobId,
    account: TrueLayerAccountId,
    report: &ImportReport,
) -> Result<()> {
    use truelayer_import_progress::{
        account_id, duplicates_count, errors_count, job_id, synced_count,
    };
    let number = |count: u64| i32::try_from(count).unwrap_or(i32::MAX);
    diesel::update(truelayer_import_progress::table)
        .filter(job_id.eq(job).and(account_id.eq(account)))
        .set((
            synced_count.eq(synced_count + number(report.stored)),
            duplicates_count.eq(duplicates_count + number(report.duplicate)),
            errors_count.eq(errors_count + number(report.refused_records())),
        ))
        .execute(conn)?;
    Ok(())
}

/// Marks an account of which a file failed as a whole.
pub(super) fn fail_account(
    conn: &mut PgConnection,
    job: TrueLayerImportJobId,
    account: TrueLayerAccountId,
    reason: &str,
) -> Result<()> {
    use truelayer_import_progress::{
        account_id, completed_at, error_message, job_id, progress_status,
    };
    diesel::update(truelayer_import_progress::table)
        .filter(job_id.eq(job).and(account_id.eq(account)))
        .set((
            progress_status.eq(ImportProgressStatus::Failed),
            completed_at.eq(Utc::now()),
            error_message.eq(reason),
        ))
        .execute(conn)?;
    Ok(())
}

/// Closes a job with the sums of its accounts: failed where anything failed.
pub(super) fn finish(
    conn: &mut PgConnection,
    job: TrueLayerImportJobId,
    failure: Option<&str>,
) -> Result<()> {
    let status = match failure {
        Some(_) => ImportJobStatus::Failed,
        None => ImportJobStatus::Completed,
    };
    diesel::sql_query(include_str!("finish_job.sql"))
        .bind::<Integer, _>(job)
        .bind::<Text, _>(status)
        .bind::<Nullable<Text>, _>(failure)
        .execute(conn)?;
    Ok(())
}
