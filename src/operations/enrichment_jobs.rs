//! Enrichment jobs with the import that they follow.

use diesel::prelude::*;

use crate::models::truelayer::{
    NewTrueLayerEnrichmentJob, TrueLayerEnrichmentJob, TrueLayerImportJob,
};
use crate::types::{List, TrueLayerImportJobId, TrueLayerTransactionId, UserId};
use crate::{Error, Result};

/// Makes an enrichment job for these transactions; they are kept in their order, repetitions are counted.
///
/// [`Error::Reference`] where the import job is not the user's, or there is no such user or import job. The import job does
/// not get to know of it.
///
/// Takes over `create_enrichment_job`.
pub fn create(
    conn: &mut PgConnection,
    user: UserId,
    import_job: Option<TrueLayerImportJobId>,
    transactions: Vec<TrueLayerTransactionId>,
) -> Result<TrueLayerEnrichmentJob> {
    if let Some(import_job) = import_job {
        TrueLayerImportJob::find(conn, user, import_job).map_err(|error| match error {
            Error::NotFound => Error::Reference {
                constraint: "truelayer_enrichment_jobs_import_job_id_fkey".to_owned(),
            },
            error => error,
        })?;
    }
    let total = i32::try_from(transactions.len())
        .map_err(|_| Error::invalid("transactions", "more than a list of ids can hold"))?;
    let job = NewTrueLayerEnrichmentJob {
        import_job_id: import_job,
        transaction_ids: Some(&List(transactions)),
        total_transactions: Some(total),
        ..NewTrueLayerEnrichmentJob::new(user)
    };
    job.insert(conn)
}
