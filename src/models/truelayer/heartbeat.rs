//! Signs of life of jobs.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::prelude::*;
use diesel::sql_types::Jsonb;

use super::{TrueLayerEnrichmentJob, TrueLayerImportJob, enrichment_job, import_job};
use crate::Result;
use crate::models::one_row;
use crate::schema::{truelayer_enrichment_jobs, truelayer_import_jobs};
use crate::types::{
    EnrichmentJobStatus, ImportJobStatus, TrueLayerEnrichmentJobId, TrueLayerImportJobId, UserId,
};

impl TrueLayerImportJob {
    /// A sign of life of the owner's job, which is `running` or `enriching`, for
    /// [`fail_stale_jobs`](crate::operations::stale_jobs::fail_stale_jobs); kept under `heartbeat` in `metadata`.
    /// [`Error::NotFound`](crate::Error::NotFound) where it is neither any more: then its worker is to stop.
    pub fn heartbeat(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerImportJobId,
    ) -> Result<()> {
        let alive = [ImportJobStatus::Running, ImportJobStatus::Enriching];
        let row = truelayer_import_jobs::table
            .find(id)
            .filter(truelayer_import_jobs::job_status.eq_any(alive))
            .filter(import_job::owned_by(owner.into()));
        let update = diesel::update(row)
            .set(truelayer_import_jobs::metadata.eq(with_heartbeat("truelayer_import_jobs")));
        one_row(update.execute(conn)?)
    }
}

impl TrueLayerEnrichmentJob {
    /// A sign of life of the owner's job, which is `running`, for
    /// [`fail_stale_jobs`](crate::operations::stale_jobs::fail_stale_jobs); kept under `heartbeat` in `metadata`.
    /// [`Error::NotFound`](crate::Error::NotFound) where it does not run any more: then its worker is to stop.
    pub fn heartbeat(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: TrueLayerEnrichmentJobId,
    ) -> Result<()> {
        let row = truelayer_enrichment_jobs::table
            .find(id)
            .filter(truelayer_enrichment_jobs::job_status.eq(EnrichmentJobStatus::Running))
            .filter(enrichment_job::owned_by(owner.into()));
        let update = diesel::update(row).set(
            truelayer_enrichment_jobs::metadata.eq(with_heartbeat("truelayer_enrichment_jobs")),
        );
        one_row(update.execute(conn)?)
    }
}

/// The `metadata` of a job of this table with the present moment as its `heartbeat`, in seconds since 1970.
fn with_heartbeat(table: &str) -> SqlLiteral<Jsonb> {
    sql(&format!(
        "CASE jsonb_typeof({table}.metadata) WHEN 'object' THEN {table}.metadata ELSE '{{}}' END
         || jsonb_build_object('heartbeat', extract(epoch FROM clock_timestamp()))"
    ))
}
