//! The row of an enrichment in `truelayer_enrichment_jobs`.

use diesel::dsl::now;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Numeric};

use super::{Enricher, EnrichmentOptions, EnrichmentState};
use crate::models::truelayer::{TrueLayerEnrichmentJob, TrueLayerEnrichmentJobChanges};
use crate::operations::enrichment_jobs::create;
use crate::schema::truelayer_enrichment_jobs as jobs;
use crate::types::{EnrichmentJobStatus, TrueLayerEnrichmentJobId, UserId};
use crate::{Error, Result};

/// Makes the row of a job that runs.
pub(super) fn start(
    conn: &mut PgConnection,
    user: UserId,
    enricher: &dyn Enricher,
    options: &EnrichmentOptions,
    total: i64,
) -> Result<TrueLayerEnrichmentJobId> {
    conn.transaction(|conn| {
        let transactions = options.transactions.clone().unwrap_or_default();
        let job = create(conn, user, options.import_job, transactions)?.id;
        let changes = TrueLayerEnrichmentJobChanges {
            total_transactions: Some(i32::try_from(total).unwrap_or(i32::MAX)),
            llm_provider: Some(Some(enricher.provider())),
            llm_model: Some(Some(enricher.model())),
            ..TrueLayerEnrichmentJobChanges::default()
        };
        TrueLayerEnrichmentJob::update(conn, user, job, &changes)?;
        diesel::update(jobs::table.find(job))
            .set((
                jobs::job_status.eq(EnrichmentJobStatus::Running),
                jobs::started_at.eq(now),
            ))
            .execute(conn)?;
        Ok(job)
    })
}

/// Adds what a batch came to, and says whether the job still runs; another program may have ended it.
///
/// `total_cost` has four decimals; the exact sum is `total_cost` in the metadata, a text.
pub(super) fn advance(
    conn: &mut PgConnection,
    job: TrueLayerEnrichmentJobId,
    batch: &EnrichmentState,
) -> Result<bool> {
    let update = diesel::sql_query(include_str!("advance_job.sql"))
        .bind::<Integer, _>(job)
        .bind::<BigInt, _>(batch.successful())
        .bind::<BigInt, _>(batch.failed)
        .bind::<BigInt, _>(batch.by_cache)
        .bind::<BigInt, _>(batch.usage.tokens())
        .bind::<Numeric, _>(&batch.usage.cost);
    Ok(update.execute(conn)? == 1)
}

/// Ends the job, well or not, if it still runs.
pub(super) fn finish(
    conn: &mut PgConnection,
    job: TrueLayerEnrichmentJobId,
    error: Option<&Error>,
) -> Result<()> {
    let status = match error {
        None => EnrichmentJobStatus::Completed,
        Some(_) => EnrichmentJobStatus::Failed,
    };
    diesel::update(jobs::table.find(job))
        .filter(jobs::job_status.eq(EnrichmentJobStatus::Running))
        .set((
            jobs::job_status.eq(status),
            jobs::completed_at.eq(now),
            jobs::error_message.eq(error.map(ToString::to_string)),
        ))
        .execute(conn)?;
    Ok(())
}
