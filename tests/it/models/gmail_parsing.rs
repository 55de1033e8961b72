//! How mail is fetched and parsed.

use serde_json::json;
use spending_db::models::gmail::{
    GmailMerchantAlias, GmailMerchantAliasChanges, GmailParseStatistic, GmailProcessingError,
    GmailProcessingErrorChanges, GmailSenderPattern, GmailSenderPatternChanges, GmailSyncJob,
    GmailSyncJobChanges, NewGmailMerchantAlias, NewGmailParseStatistic, NewGmailProcessingError,
    NewGmailSenderPattern, NewGmailSyncJob,
};
use spending_db::types::{
    GmailErrorStage, GmailErrorType, GmailSyncJobStatus, GmailSyncJobType, ParseOutcome,
    SenderParseType,
};

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{
    assert_defaults, at, day, deleted, hidden_from_others, stored, updated,
};

#[test]
fn gmail_sync_jobs() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewGmailSyncJob::new(home.mailbox).insert(conn).unwrap();
    assert_defaults(
        &plain,
        json!({
            "connection_id": home.mailbox, "status": "queued", "job_type": "full", "total_messages": 0,
            "processed_messages": 0, "parsed_receipts": 0, "failed_messages": 0, "error_message": null,
            "started_at": null, "completed_at": null, "stats": {}, "sync_from_date": null, "sync_to_date": null,
            "last_progress_at": null,
        }),
    );
    let row = stored!(
        conn,
        NewGmailSyncJob {
            connection_id: home.mailbox,
            status: Some(GmailSyncJobStatus::Running),
            job_type: Some(GmailSyncJobType::Incremental),
            total_messages: Some(4),
            processed_messages: Some(5),
            parsed_receipts: Some(6),
            failed_messages: Some(7),
            error_message: Some("some error message"),
            started_at: Some(at("2026-03-29T01:30:00.079326+01:00")),
            completed_at: Some(at("2026-03-29T01:30:00.080343+01:00")),
            stats: Some(&json!({"first": [1, 2.5, null, "é"]})),
            sync_from_date: Some(day("2026-02-28")),
            sync_to_date: Some(day("2026-02-28")),
            last_progress_at: Some(at("2026-03-29T01:30:00.081360+01:00")),
        }
    );
    updated!(
        conn,
        GmailSyncJob(home.user, row.id),
        GmailSyncJobChanges {
            status: Some(GmailSyncJobStatus::Completed),
            job_type: Some(GmailSyncJobType::Full),
            total_messages: Some(20),
            processed_messages: Some(21),
            parsed_receipts: Some(22),
            failed_messages: Some(23),
            error_message: Some(None),
            started_at: Some(None),
            completed_at: Some(None),
            stats: Some(&json!({"second": [1, 2.5, null, "é"]})),
            sync_from_date: Some(None),
            sync_to_date: Some(None),
            last_progress_at: Some(None),
        }
    );
    hidden_from_others!(
        conn,
        GmailSyncJob(home.user, row.id),
        GmailSyncJobChanges {
            status: Some(GmailSyncJobStatus::Running),
            ..Default::default()
        }
    );
    deleted!(conn, GmailSyncJob(home.user, row.id));
}

#[test]
fn gmail_sender_patterns() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain = NewGmailSenderPattern::new(
        "the sender domain",
        "the merchant name",
        "the normalized name",
        SenderParseType::SchemaOrg,
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "sender_domain": "the sender domain", "sender_pattern": null, "merchant_name": "the merchant name",
            "normalized_name": "the normalized name", "parse_type": SenderParseType::SchemaOrg,
            "pattern_config": null, "date_tolerance_days": 7, "is_active": true, "usage_count": 0,
            "last_used_at": null,
        }),
    );
    let row = stored!(
        conn,
        NewGmailSenderPattern {
            sender_domain: "example.com",
            sender_pattern: Some("some sender pattern"),
            merchant_name: "Café Zoë",
            normalized_name: "some normalized name",
            parse_type: SenderParseType::SchemaOrg,
            pattern_config: Some(&json!({"first": [1, 2.5, null, "é"]})),
            date_tolerance_days: Some(7),
            is_active: Some(false),
            usage_count: Some(8),
            last_used_at: Some(at("2026-03-29T01:30:00.071190+01:00")),
        }
    );
    updated!(
        conn,
        GmailSenderPattern(row.id),
        GmailSenderPatternChanges {
            sender_domain: Some("example.net"),
            sender_pattern: Some(None),
            merchant_name: Some("Bakery"),
            normalized_name: Some("another normalized name"),
            parse_type: Some(SenderParseType::Pattern),
            pattern_config: Some(None),
            date_tolerance_days: Some(28),
            is_active: Some(true),
            usage_count: Some(20),
            last_used_at: Some(None),
        }
    );
    deleted!(conn, GmailSenderPattern(row.id));
}

#[test]
fn gmail_merchant_aliases() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let plain =
        NewGmailMerchantAlias::new("the bank name", "the receipt name", "the normalized name")
            .insert(conn)
            .unwrap();
    assert_defaults(
        &plain,
        json!({
            "bank_name": "the bank name", "receipt_name": "the receipt name",
            "normalized_name": "the normalized name", "is_active": true, "usage_count": 0,
        }),
    );
    let row = stored!(
        conn,
        NewGmailMerchantAlias {
            bank_name: "some bank name",
            receipt_name: "some receipt name",
            normalized_name: "some normalized name",
            is_active: Some(false),
            usage_count: Some(6),
        }
    );
    updated!(
        conn,
        GmailMerchantAlias(row.id),
        GmailMerchantAliasChanges {
            bank_name: Some("another bank name"),
            receipt_name: Some("another receipt name"),
            normalized_name: Some("another normalized name"),
            is_active: Some(true),
            usage_count: Some(25),
        }
    );
    deleted!(conn, GmailMerchantAlias(row.id));
}

#[test]
fn gmail_parse_statistics() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewGmailParseStatistic::new(
        home.mailbox,
        "the message id",
        "the sender domain",
        ParseOutcome::Parsed,
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "connection_id": home.mailbox, "sync_job_id": null, "message_id": "the message id",
            "sender_domain": "the sender domain", "merchant_normalized": null, "parse_method": null,
            "merchant_extracted": null, "brand_extracted": null, "amount_extracted": null, "date_extracted": null,
            "order_id_extracted": null, "line_items_extracted": null, "match_attempted": false,
            "match_success": null, "match_confidence": null, "parse_duration_ms": null, "llm_cost_cents": null,
            "parsing_status": ParseOutcome::Parsed, "parsing_error": null,
        }),
    );
    let row = stored!(
        conn,
        NewGmailParseStatistic {
            connection_id: home.mailbox,
            sync_job_id: Some(home.sync_job),
            message_id: "18f0a1",
            sender_domain: "example.com",
            merchant_normalized: Some("some merchant normalized"),
            parse_method: Some("some parse method"),
            merchant_extracted: Some(true),
            brand_extracted: Some(true),
            amount_extracted: Some(true),
            date_extracted: Some(true),
            order_id_extracted: Some(true),
            line_items_extracted: Some(true),
            match_attempted: Some(Some(true)),
            match_success: Some(true),
            match_confidence: Some(85),
            parse_duration_ms: Some(10),
            llm_cost_cents: Some(2),
            parsing_status: ParseOutcome::Parsed,
            parsing_error: Some("some parsing error"),
        }
    );
    hidden_from_others!(conn, GmailParseStatistic(home.user, row.id));
    deleted!(conn, GmailParseStatistic(home.user, row.id));
}

#[test]
fn gmail_processing_errors() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let plain = NewGmailProcessingError::new(
        GmailErrorStage::Fetch,
        GmailErrorType::ApiError,
        "the error message",
    )
    .insert(conn)
    .unwrap();
    assert_defaults(
        &plain,
        json!({
            "connection_id": null, "sync_job_id": null, "message_id": null, "receipt_id": null,
            "error_stage": GmailErrorStage::Fetch, "error_type": GmailErrorType::ApiError,
            "error_message": "the error message", "stack_trace": null, "error_context": null,
            "is_retryable": false, "retry_count": 0, "last_retry_at": null, "occurred_at": "now",
        }),
    );
    let row = stored!(
        conn,
        NewGmailProcessingError {
            connection_id: Some(home.mailbox),
            sync_job_id: Some(home.sync_job),
            message_id: Some("18f0a1"),
            receipt_id: Some(home.receipt),
            error_stage: GmailErrorStage::Fetch,
            error_type: GmailErrorType::ApiError,
            error_message: "some error message",
            stack_trace: Some("some stack trace"),
            error_context: Some(&json!({"first": [1, 2.5, null, "é"]})),
            is_retryable: Some(Some(true)),
            retry_count: Some(2),
            last_retry_at: Some(at("2026-03-29T01:30:00.049833+01:00")),
            occurred_at: Some(at("2026-03-29T01:30:00.050850+01:00")),
        }
    );
    updated!(
        conn,
        GmailProcessingError(home.user, row.id),
        GmailProcessingErrorChanges {
            sync_job_id: Some(None),
            message_id: Some(None),
            receipt_id: Some(None),
            error_stage: Some(GmailErrorStage::Parse),
            error_type: Some(GmailErrorType::Timeout),
            error_message: Some("another error message"),
            stack_trace: Some(None),
            error_context: Some(None),
            is_retryable: Some(None),
            retry_count: Some(3),
            last_retry_at: Some(None),
            occurred_at: Some(at("2026-10-29T01:30:00.052884+02:00")),
        }
    );
    hidden_from_others!(
        conn,
        GmailProcessingError(home.user, row.id),
        GmailProcessingErrorChanges {
            sync_job_id: Some(Some(home.sync_job)),
            ..Default::default()
        }
    );
    deleted!(conn, GmailProcessingError(home.user, row.id));
}
