//! Jobs whose worker died, and those whose worker lives.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::models::truelayer::{
    TrueLayerEnrichmentJob, TrueLayerEnrichmentJobChanges, TrueLayerImportJob,
};
use spending_db::operations::stale_jobs::{StaleAfter, StaleJobs, fail_stale_jobs};
use spending_db::types::EnrichmentJobStatus;

use crate::household::ask;
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::assert_not_found;

const AFTER: StaleAfter = StaleAfter {
    waiting: TimeDelta::minutes(30),
    silent: TimeDelta::minutes(10),
};

/// Every job runs, begun two hours ago, and gave its last sign of life so many minutes ago.
fn silent_for(conn: &mut PgConnection, minutes: u32) {
    let heartbeat = format!(
        "jsonb_build_object('heartbeat', extract(epoch FROM now() - interval '{minutes} minutes'))"
    );
    conn.batch_execute(&format!(
        "SET session_replication_role = replica;
         UPDATE matching_jobs SET status = 'running', started_at = now() - interval '2 hours',
             last_progress_at = now() - interval '{minutes} minutes';
         UPDATE gmail_sync_jobs SET status = 'running', started_at = now() - interval '2 hours',
             last_progress_at = now() - interval '{minutes} minutes';
         UPDATE truelayer_import_jobs SET job_status = 'running', started_at = now() - interval '2 hours';
         UPDATE truelayer_import_progress SET progress_status = 'syncing', updated_at = now() - interval '{minutes} minutes';
         UPDATE truelayer_enrichment_jobs SET job_status = 'running', started_at = now() - interval '2 hours',
             metadata = {heartbeat};
         UPDATE gmail_receipts SET pdf_processing_status = 'processing', updated_at = now() - interval '{minutes} minutes';
         RESET session_replication_role"
    ))
    .unwrap();
}

// D19
#[test]
fn only_jobs_without_a_sign_of_life_are_ended() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.fill(conn);
    silent_for(conn, 9);
    assert_eq!(fail_stale_jobs(conn, AFTER).unwrap(), StaleJobs::default());
    silent_for(conn, 11);
    let failed = fail_stale_jobs(conn, AFTER).unwrap();
    assert_eq!(failed.matching_jobs.len(), 1);
    assert_eq!(failed.gmail_sync_jobs, [home.sync_job]);
    assert_eq!(failed.import_jobs, [home.import_job]);
    assert_eq!(failed.enrichment_jobs, [home.enrichment_job]);
    assert_eq!(failed.receipts, [home.receipt]);
    for (table, status) in [
        ("matching_jobs", "status"),
        ("gmail_sync_jobs", "status"),
        ("truelayer_import_jobs", "job_status"),
        ("truelayer_import_progress", "progress_status"),
        ("truelayer_enrichment_jobs", "job_status"),
    ] {
        let question = format!(
            "SELECT string_agg(concat_ws(' ', {status}, error_message, completed_at > now() - interval '1 minute'), ', ') FROM {table}"
        );
        assert_eq!(ask(conn, &question), "failed no sign of life t", "{table}");
    }
    let pdf = "SELECT concat_ws(' ', pdf_processing_status, pdf_last_error, pdf_retry_count) FROM gmail_receipts";
    assert_eq!(ask(conn, pdf), "failed no sign of life 1");
    assert_eq!(fail_stale_jobs(conn, AFTER).unwrap(), StaleJobs::default());
}

// D19
#[test]
fn heartbeats_keep_imports_and_enrichment_runs_alive() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.fill(conn);
    silent_for(conn, 11);
    TrueLayerImportJob::heartbeat(conn, home.user, home.import_job).unwrap();
    TrueLayerEnrichmentJob::heartbeat(conn, home.user, home.enrichment_job).unwrap();
    let failed = fail_stale_jobs(conn, AFTER).unwrap();
    assert_eq!(
        (failed.import_jobs, failed.enrichment_jobs),
        (vec![], vec![])
    );
    let done = TrueLayerEnrichmentJobChanges {
        job_status: Some(EnrichmentJobStatus::Completed),
        ..Default::default()
    };
    TrueLayerEnrichmentJob::update(conn, home.user, home.enrichment_job, &done).unwrap();
    assert_not_found(TrueLayerEnrichmentJob::heartbeat(
        conn,
        home.user,
        home.enrichment_job,
    ));
    conn.batch_execute("UPDATE truelayer_import_jobs SET job_status = 'failed'")
        .unwrap();
    assert_not_found(TrueLayerImportJob::heartbeat(
        conn,
        home.user,
        home.import_job,
    ));
}

// D18, D19
#[test]
fn waiting_jobs_are_judged_by_their_age_and_junk_is_no_heartbeat() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.fill(conn);
    conn.batch_execute(
        "UPDATE matching_jobs SET created_at = now() - interval '29 minutes';
         UPDATE gmail_sync_jobs SET created_at = now() - interval '31 minutes';
         UPDATE truelayer_import_jobs SET created_at = now() - interval '31 minutes';
         UPDATE truelayer_enrichment_jobs SET job_status = 'running', started_at = now() - interval '11 minutes',
             metadata = '{\"heartbeat\": \"yes\"}'",
    )
    .unwrap();
    let failed = fail_stale_jobs(conn, AFTER).unwrap();
    assert!(failed.matching_jobs.is_empty());
    assert_eq!(failed.gmail_sync_jobs, [home.sync_job]);
    assert_eq!(failed.import_jobs, [home.import_job]);
    assert_eq!(failed.enrichment_jobs, [home.enrichment_job]);
}

// D19
#[test]
fn a_job_whose_row_is_held_is_alive() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.fill(conn);
    silent_for(conn, 60);
    let worker = &mut db.conn();
    worker
        .batch_execute("BEGIN; UPDATE gmail_sync_jobs SET last_progress_at = now()")
        .unwrap();
    let failed = fail_stale_jobs(conn, AFTER).unwrap();
    assert_eq!(failed.gmail_sync_jobs, []);
    assert_eq!(failed.import_jobs, [home.import_job]);
    worker.batch_execute("COMMIT").unwrap();
    assert_eq!(fail_stale_jobs(conn, AFTER).unwrap(), StaleJobs::default());
}
