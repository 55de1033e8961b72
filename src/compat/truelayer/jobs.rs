//! Import and enrichment jobs.

use bigdecimal::BigDecimal;
use chrono::{DateTime, NaiveDate, Utc};

use crate::compat::answer::{Answer, object, row_answer};
use crate::compat::failure::Failure;
use crate::compat::function::functions;
use crate::compat::{found, optional};
use crate::models::truelayer::{
    EnrichmentJobStep, EnrichmentTotals, ImportCounts, ImportJobStep, NewTrueLayerImportJob,
    TrueLayerEnrichmentJob, TrueLayerImportJob, TrueLayerImportProgress,
};
use crate::operations::import_jobs::{AccountProgress, ImportHistoryEntry};
use crate::operations::{enrichment_jobs, import_jobs};
use crate::types::{
    BankConnectionId, EVERYONE, EnrichmentJobStatus, ImportJobStatus, ImportJobType, List,
    TrueLayerAccountId, TrueLayerEnrichmentJobId, TrueLayerImportJobId, TrueLayerTransactionId,
    UserId,
};

row_answer!(
    fn job(TrueLayerImportJob) {
        id, user_id, connection_id, job_status, job_type, from_date, to_date, account_ids, card_ids, total_accounts,
        total_transactions_synced, total_transactions_duplicates, total_transactions_errors, auto_enrich,
        enrich_after_completion, enrichment_job_id, batch_size, created_at, started_at, completed_at,
        estimated_completion, metadata, error_message,
    }
);

/// `total_accounts` is counted here and hides the column of that name.
fn history_entry(entry: ImportHistoryEntry) -> Answer {
    let mut answer = job(entry.job);
    answer.set("total_accounts", entry.accounts);
    answer.set("completed_accounts", entry.completed_accounts);
    answer
}

/// `account_id` is the bank's id; the number is in `account_db_id`.
fn account_progress(row: AccountProgress) -> Answer {
    let AccountProgress { progress, account } = row;
    let (account_id, display_name, account_type, currency) = match account {
        Some(account) => (
            Some(account.account_id),
            Some(account.display_name),
            Some(account.account_type),
            Some(account.currency),
        ),
        None => (None, None, None, None),
    };
    object! {
        "id" => progress.id,
        "job_id" => progress.job_id,
        "account_id" => account_id,
        "progress_status" => progress.progress_status,
        "synced_count" => progress.synced_count,
        "duplicates_count" => progress.duplicates_count,
        "errors_count" => progress.errors_count,
        "started_at" => progress.started_at,
        "completed_at" => progress.completed_at,
        "error_message" => progress.error_message,
        "metadata" => progress.metadata,
        "created_at" => progress.created_at,
        "updated_at" => progress.updated_at,
        "display_name" => display_name,
        "account_type" => account_type,
        "currency" => currency,
        "account_db_id" => progress.account_id,
    }
}

functions! {
    /// Jobs.
    FUNCTIONS:

    create_import_job(
        user_id: UserId,
        connection_id: Option<BankConnectionId> = null,
        job_type: ImportJobType = "date_range",
        from_date: Option<NaiveDate> = null,
        to_date: Option<NaiveDate> = null,
        account_ids: Option<Vec<String>> = null,
        card_ids: Option<Vec<String>> = null,
        auto_enrich: bool = true,
        batch_size: i32 = 50
    ) => |conn| {
        let new = NewTrueLayerImportJob {
            connection_id,
            job_type: Some(job_type),
            from_date,
            to_date,
            account_ids: Some(&List(account_ids.unwrap_or_default())),
            card_ids: Some(&List(card_ids.unwrap_or_default())),
            auto_enrich: Some(auto_enrich),
            batch_size: Some(batch_size),
            ..NewTrueLayerImportJob::new(user_id)
        };
        import_jobs::create(conn, &new)?.id
    },

    get_import_job(job_id: TrueLayerImportJobId) => |conn|
        optional(TrueLayerImportJob::find(conn, EVERYONE, job_id))?.map(job),

    update_import_job_status(
        job_id: TrueLayerImportJobId,
        status: ImportJobStatus,
        estimated_completion: Option<DateTime<Utc>> = null,
        error_message: Option<String> = null
    ) => |conn| {
        let error_message = error_message.as_deref();
        let step = match status {
            ImportJobStatus::Pending => ImportJobStep::Pending,
            ImportJobStatus::Running => ImportJobStep::Running { estimated_completion },
            ImportJobStatus::Enriching => ImportJobStep::Enriching,
            ImportJobStatus::Completed => ImportJobStep::Completed { error_message },
            ImportJobStatus::Failed => ImportJobStep::Failed { error_message },
        };
        found(TrueLayerImportJob::advance(conn, EVERYONE, job_id, step))?;
    },

    add_import_progress(
        job_id: TrueLayerImportJobId,
        account_id: TrueLayerAccountId,
        synced: i32,
        duplicates: i32,
        errors: i32,
        error_msg: Option<String> = null
    ) => |conn| {
        let counts = ImportCounts { synced, duplicates, errors };
        TrueLayerImportProgress::record(conn, EVERYONE, job_id, account_id, counts, error_msg.as_deref())?;
    },

    get_import_progress(job_id: TrueLayerImportJobId) => |conn|
        Answer::list(import_jobs::progress(conn, EVERYONE, job_id)?, account_progress),

    mark_job_completed(
        job_id: TrueLayerImportJobId,
        total_synced: i32,
        total_duplicates: i32,
        total_errors: i32
    ) => |conn| {
        let totals = ImportCounts { synced: total_synced, duplicates: total_duplicates, errors: total_errors };
        found(TrueLayerImportJob::complete(conn, EVERYONE, job_id, totals))?;
    },

    get_user_import_history(user_id: UserId, limit: Option<u32> = 50) => |conn|
        Answer::list(import_jobs::history(conn, user_id, limit)?, history_entry),

    create_enrichment_job(
        user_id: UserId,
        import_job_id: Option<TrueLayerImportJobId> = null,
        transaction_ids: Option<Vec<TrueLayerTransactionId>> = null
    ) => |conn| enrichment_jobs::create(conn, user_id, import_job_id, transaction_ids.unwrap_or_default())?.id,

    update_enrichment_job(
        job_id: TrueLayerEnrichmentJobId,
        status: EnrichmentJobStatus,
        successful: Option<i32> = null,
        failed: Option<i32> = null,
        cost: Option<BigDecimal> = null,
        tokens: Option<i32> = null
    ) => |conn| {
        let totals = EnrichmentTotals { successful, failed, cost: cost.as_ref(), tokens };
        let step = match status {
            EnrichmentJobStatus::Running => EnrichmentJobStep::Running,
            EnrichmentJobStatus::Completed => EnrichmentJobStep::Completed(totals),
            EnrichmentJobStatus::Failed => EnrichmentJobStep::Failed(totals),
            EnrichmentJobStatus::Pending => {
                return Err(Failure::argument("status", "takes 'running', 'completed' or 'failed'"));
            }
        };
        found(TrueLayerEnrichmentJob::advance(conn, EVERYONE, job_id, step))?;
    },
}
