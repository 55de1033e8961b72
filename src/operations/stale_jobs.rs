//! Jobs whose worker died: one clean-up for all tables of jobs.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel::sql_types::{Integer, Interval, Text};
use serde::Serialize;

use crate::Result;
use crate::types::{
    GmailReceiptId, GmailSyncJobId, MatchingJobId, TrueLayerEnrichmentJobId, TrueLayerImportJobId,
};

/// The error message of what [`fail_stale_jobs`] ended.
pub const STALLED: &str = "no sign of life";

/// When a job counts as dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StaleAfter {
    /// How long it may wait for a worker since it was made.
    pub waiting: TimeDelta,
    /// How long it may run without a sign of life.
    pub silent: TimeDelta,
}

/// What was ended as failed, by id.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct StaleJobs {
    /// Matching runs.
    pub matching_jobs: Vec<MatchingJobId>,
    /// Mailbox syncs.
    pub gmail_sync_jobs: Vec<GmailSyncJobId>,
    /// Bank imports.
    pub import_jobs: Vec<TrueLayerImportJobId>,
    /// Enrichment runs.
    pub enrichment_jobs: Vec<TrueLayerEnrichmentJobId>,
    /// Receipts whose PDF was being processed.
    pub receipts: Vec<GmailReceiptId>,
}

#[derive(QueryableByName)]
struct Failed {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Integer)]
    id: i32,
}

/// Ends as `failed` everybody's jobs that waited or were silent for too long, and the PDFs of receipts that were left in
/// `processing`, in one statement; gives their ids. A job whose row another transaction holds at the moment is alive and left
/// alone, as is one that ends meanwhile.
///
/// A sign of life is: of a matching run and of a mailbox sync `last_progress_at`; of an import what its accounts' progress or
/// [`heartbeat`](crate::models::truelayer::TrueLayerImportJob::heartbeat) wrote last; of an enrichment run its
/// [`heartbeat`](crate::models::truelayer::TrueLayerEnrichmentJob::heartbeat); of a PDF any change of its receipt; of all the
/// start. The PDF of a receipt that waits (`pending`) may wait as long as it takes. The queue `sync_jobs` has leases instead.
pub fn fail_stale_jobs(conn: &mut PgConnection, after: StaleAfter) -> Result<StaleJobs> {
    let failed: Vec<Failed> = diesel::sql_query(include_str!("stale_jobs.sql"))
        .bind::<Interval, _>(after.waiting)
        .bind::<Interval, _>(after.silent)
        .bind::<Text, _>(STALLED)
        .load(conn)?;
    let mut jobs = StaleJobs::default();
    for Failed { kind, id } in failed {
        match kind.as_str() {
            "matching" => jobs.matching_jobs.push(id.into()),
            "gmail" => jobs.gmail_sync_jobs.push(id.into()),
            "import" => jobs.import_jobs.push(id.into()),
            "enrichment" => jobs.enrichment_jobs.push(id.into()),
            _ => jobs.receipts.push(id.into()),
        }
    }
    Ok(jobs)
}
