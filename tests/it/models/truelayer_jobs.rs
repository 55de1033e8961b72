//! Bank imports and enrichment runs.

use serde_json::json;
use spending_db::models::truelayer::{
    NewTrueLayerEnrichmentJob, NewTrueLayerImportJob, NewTrueLayerImportProgress,
    TrueLayerEnrichmentJob, TrueLayerEnrichmentJobChanges, TrueLayerImportJob,
    TrueLayerImportJobChanges, TrueLayerImportProgress, TrueLayerImportProgressChanges,
};
use spending_db::types::{
    EnrichmentJobStatus, ImportJobStatus, ImportJobType, ImportProgressStatus, List,
};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{
    assert_defaults, at, day, decimal, deleted, hidden_from_others, stored, updated,
};

#[test]
fn truelayer_import_jobs() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewTrueLayerImportJob::new(home.user).insert(conn).unwrap();
    assert_defaults(
        &plain,
        json!({
            "user_id": home.user, "connection_id": null, "job_status": "pending", "job_type": "date_range",
            "from_date": null, "to_date": null, "account_ids": [], "card_ids": [], "total_accounts": 0,
            "total_transactions_synced": 0, "total_transactions_duplicates": 0, "total_transactions_errors": 0,
            "auto_enrich": true, "enrich_after_completion": false, "enrichment_job_id": null, "batch_size": 50,
            "started_at": null, "completed_at": null, "estimated_completion": null, "metadata": {},
            "error_message": null,
        }),
    );
    let row = stored!(
        conn,
        NewTrueLayerImportJob {
            user_id: home.user,
            connection_id: Some(home.connection),
            job_status: Some(ImportJobStatus::Running),
            job_type: Some(ImportJobType::Incremental),
            from_date: Some(day("2026-02-28")),
            to_date: Some(day("2026-02-28")),
            account_ids: Some(&List(vec!["a-1".to_owned(), "b,\"2\"".to_owned()])),
            card_ids: Some(&List(vec!["a-1".to_owned(), "b,\"2\"".to_owned()])),
            total_accounts: Some(4),
            total_transactions_synced: Some(5),
            total_transactions_duplicates: Some(6),
            total_transactions_errors: Some(7),
            auto_enrich: Some(false),
            enrich_after_completion: Some(true),
            enrichment_job_id: Some(home.enrichment_job),
            batch_size: Some(8),
            started_at: Some(at("2026-03-29T01:30:00.181026+01:00")),
            completed_at: Some(at("2026-03-29T01:30:00.182043+01:00")),
            estimated_completion: Some(at("2026-03-29T01:30:00.183060+01:00")),
            metadata: Some(&json!({"first": [1, 2.5, null, "é"]})),
            error_message: Some("some error message"),
        }
    );
    updated!(
        conn,
        TrueLayerImportJob(home.user, row.id),
        TrueLayerImportJobChanges {
            job_status: Some(ImportJobStatus::Completed),
            job_type: Some(ImportJobType::FullSync),
            from_date: Some(None),
            to_date: Some(None),
            account_ids: Some(&List(vec!["a-1".to_owned(), "c".to_owned()])),
            card_ids: Some(&List(vec!["a-1".to_owned(), "c".to_owned()])),
            total_accounts: Some(21),
            total_transactions_synced: Some(22),
            total_transactions_duplicates: Some(23),
            total_transactions_errors: Some(24),
            auto_enrich: Some(true),
            enrich_after_completion: Some(false),
            enrichment_job_id: Some(None),
            batch_size: Some(25),
            started_at: Some(None),
            completed_at: Some(None),
            estimated_completion: Some(None),
            metadata: Some(&json!({"second": [1, 2.5, null, "é"]})),
            error_message: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        TrueLayerImportJob(home.user, row.id),
        TrueLayerImportJobChanges {
            job_status: Some(ImportJobStatus::Running),
            ..Default::default()
        }
    );
    deleted!(conn, TrueLayerImportJob(home.user, row.id));
}

#[test]
fn truelayer_import_progress() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewTrueLayerImportProgress::new(home.import_job, home.account)
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "job_id": home.import_job, "account_id": home.account, "progress_status": "pending", "synced_count": 0,
            "duplicates_count": 0, "errors_count": 0, "started_at": null, "completed_at": null,
            "error_message": null, "metadata": {},
        }),
    );
    let row = stored!(
        conn,
        NewTrueLayerImportProgress {
            job_id: home.import_job,
            account_id: home.savings,
            progress_status: Some(ImportProgressStatus::Syncing),
            synced_count: Some(2),
            duplicates_count: Some(3),
            errors_count: Some(4),
            started_at: Some(at("2026-03-29T01:30:00.195264+01:00")),
            completed_at: Some(at("2026-03-29T01:30:00.196281+01:00")),
            error_message: Some("some error message"),
            metadata: Some(&json!({"first": [1, 2.5, null, "é"]})),
        }
    );
    updated!(
        conn,
        TrueLayerImportProgress(home.user, row.id),
        TrueLayerImportProgressChanges {
            progress_status: Some(ImportProgressStatus::Completed),
            synced_count: Some(25),
            duplicates_count: Some(26),
            errors_count: Some(27),
            started_at: Some(None),
            completed_at: Some(None),
            error_message: Some(None),
            metadata: Some(&json!({"second": [1, 2.5, null, "é"]})),
        }
    );
    hidden_from_others!(
        conn,
        TrueLayerImportProgress(home.user, row.id),
        TrueLayerImportProgressChanges {
            progress_status: Some(ImportProgressStatus::Syncing),
            ..Default::default()
        }
    );
    deleted!(conn, TrueLayerImportProgress(home.user, row.id));
}

#[test]
fn truelayer_enrichment_jobs() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewTrueLayerEnrichmentJob::new(home.user)
        .insert(conn)
        .unwrap();
    assert_defaults(
        &plain,
        json!({
            "user_id": home.user, "import_job_id": null, "job_status": "pending", "transaction_ids": [],
            "total_transactions": 0, "successful_enrichments": 0, "failed_enrichments": 0, "cached_hits": 0,
            "total_cost": "0", "total_tokens": 0, "llm_provider": null, "llm_model": null, "started_at": null,
            "completed_at": null, "metadata": {}, "error_message": null,
        }),
    );
    let row = stored!(
        conn,
        NewTrueLayerEnrichmentJob {
            user_id: home.user,
            import_job_id: Some(home.import_job),
            job_status: Some(EnrichmentJobStatus::Running),
            transaction_ids: Some(&List(vec![home.payment, home.refund])),
            total_transactions: Some(8),
            successful_enrichments: Some(9),
            failed_enrichments: Some(10),
            cached_hits: Some(2),
            total_cost: Some(&decimal("0.1250")),
            total_tokens: Some(3),
            llm_provider: Some("some llm provider"),
            llm_model: Some("some llm model"),
            started_at: Some(at("2026-03-29T01:30:00.166788+01:00")),
            completed_at: Some(at("2026-03-29T01:30:00.167805+01:00")),
            metadata: Some(&json!({"first": [1, 2.5, null, "é"]})),
            error_message: Some("some error message"),
        }
    );
    updated!(
        conn,
        TrueLayerEnrichmentJob(home.user, row.id),
        TrueLayerEnrichmentJobChanges {
            import_job_id: Some(None),
            job_status: Some(EnrichmentJobStatus::Completed),
            transaction_ids: Some(&List(vec![home.payment])),
            total_transactions: Some(24),
            successful_enrichments: Some(25),
            failed_enrichments: Some(26),
            cached_hits: Some(27),
            total_cost: Some(&decimal("12.0000")),
            total_tokens: Some(28),
            llm_provider: Some(None),
            llm_model: Some(None),
            started_at: Some(None),
            completed_at: Some(None),
            metadata: Some(&json!({"second": [1, 2.5, null, "é"]})),
            error_message: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        TrueLayerEnrichmentJob(home.user, row.id),
        TrueLayerEnrichmentJobChanges {
            import_job_id: Some(Some(home.import_job)),
            ..Default::default()
        }
    );
    deleted!(conn, TrueLayerEnrichmentJob(home.user, row.id));
}
