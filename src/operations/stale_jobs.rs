//! Ending jobs that nobody works on any more, in the tables that have no leases.

use diesel::prelude::*;
use diesel::sql_types::{Double, Jsonb};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::types::Document;

/// How long a job may be silent before it counts as dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Patience {
    /// Minutes that a matching run or a sync may wait for its start; by default 30.
    pub queued_minutes: u32,
    /// Minutes between two signs of life of a matching run, a sync, or the work on a PDF; by default 30.
    pub silent_minutes: u32,
    /// Minutes between two signs of life of an import or an enrichment, which gives them after each file or batch; by default
    /// a day.
    pub import_minutes: u32,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            queued_minutes: 30,
            silent_minutes: 30,
            import_minutes: 24 * 60,
        }
    }
}

/// What was ended, as the number of rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct StaleJobs {
    /// Of `matching_jobs`.
    pub matching_jobs: i64,
    /// Of `gmail_sync_jobs`.
    pub gmail_sync_jobs: i64,
    /// Of `truelayer_import_jobs`.
    pub truelayer_import_jobs: i64,
    /// Of `truelayer_enrichment_jobs`.
    pub truelayer_enrichment_jobs: i64,
    /// Receipts whose PDF was being read.
    pub pdfs: i64,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = Jsonb)]
    ended: Document<StaleJobs>,
}

/// Ends as `failed` everybody's jobs that have shown no sign of life for longer than the patience, in one statement: matching
/// runs, mail syncs, imports with the progress of their accounts, enrichments, and the work on PDFs. A running job is judged
/// by its last progress where its table keeps one, else by its start; a row that somebody is just writing to is left alone.
pub fn fail_stale(conn: &mut PgConnection, patience: Patience) -> Result<StaleJobs> {
    let row: Row = diesel::sql_query(include_str!("stale_jobs.sql"))
        .bind::<Double, _>(f64::from(patience.queued_minutes))
        .bind::<Double, _>(f64::from(patience.silent_minutes))
        .bind::<Double, _>(f64::from(patience.import_minutes))
        .get_result(conn)?;
    Ok(row.ended.0)
}
