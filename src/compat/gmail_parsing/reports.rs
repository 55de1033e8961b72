//! Errors and statistics of parsing.

use serde_json::{Map, Value};

use super::{iso_time, mailbox, not_empty, sync_job};
use crate::compat::answer::{Answer, object};
use crate::compat::found;
use crate::compat::function::functions;
use crate::models::gmail::{
    GmailErrorSummary, GmailSyncJob, MerchantStatistics, NewGmailParseStatistic,
    NewGmailProcessingError, RecentGmailError, StatisticsFilter,
};
use crate::types::{
    EVERYONE, GmailConnectionId, GmailErrorStage, GmailErrorType, GmailReceiptId, GmailSyncJobId,
    ParseOutcome,
};

fn recent(error: RecentGmailError) -> Answer {
    object! {
        "id" => error.id,
        "error_stage" => error.error_stage,
        "error_type" => error.error_type,
        "error_message" => error.error_message,
        "message_id" => error.message_id,
        "occurred_at" => iso_time(error.occurred_at),
        "is_retryable" => error.is_retryable,
    }
}

/// Numbers by word.
fn by_word(numbers: impl Iterator<Item = (&'static str, i64)>) -> Answer {
    Answer::Object(
        numbers
            .map(|(word, number)| (word.to_owned(), number.into()))
            .collect(),
    )
}

impl From<GmailErrorSummary> for Answer {
    fn from(summary: GmailErrorSummary) -> Self {
        let stages = summary.by_stage.into_iter();
        let types = summary.by_type.into_iter();
        object! {
            "total_errors" => summary.total,
            "by_stage" => by_word(stages.map(|(stage, errors)| (stage.as_str(), errors))),
            "by_type" => by_word(types.map(|(kind, errors)| (kind.as_str(), errors))),
            "retryable_count" => summary.retryable,
            "recent_errors" => Self::list(summary.recent, recent),
        }
    }
}

impl From<MerchantStatistics> for Answer {
    fn from(line: MerchantStatistics) -> Self {
        let failed = line.failed();
        let [success, merchant, amount] =
            [line.parsed, line.merchant_extracted, line.amount_extracted]
                .map(|messages| Self::float(line.rate(messages)));
        object! {
            "merchant_normalized" => line.merchant_normalized,
            "sender_domain" => line.sender_domain,
            "parse_method" => line.parse_method,
            "total_attempts" => line.attempts,
            "parsed_count" => line.parsed,
            "failed_count" => failed,
            "merchant_extracted_count" => line.merchant_extracted,
            "brand_extracted_count" => line.brand_extracted,
            "amount_extracted_count" => line.amount_extracted,
            "date_extracted_count" => line.date_extracted,
            "order_id_extracted_count" => line.order_id_extracted,
            "line_items_extracted_count" => line.line_items_extracted,
            "match_attempted_count" => line.match_attempted,
            "match_success_count" => line.match_success,
            "avg_match_confidence" => line.average_match_confidence,
            "avg_parse_duration_ms" => line.average_parse_duration_ms,
            "total_llm_cost_cents" => line.llm_cost_cents,
            "success_rate" => success,
            "merchant_extraction_rate" => merchant,
            "amount_extraction_rate" => amount,
        }
    }
}

functions! {
    /// Errors and statistics.
    FUNCTIONS:

    save_gmail_error(
        connection_id: Option<GmailConnectionId> = null,
        sync_job_id: Option<GmailSyncJobId> = null,
        message_id: Option<String> = null,
        receipt_id: Option<GmailReceiptId> = null,
        error_stage: GmailErrorStage,
        error_type: GmailErrorType,
        error_message: String,
        stack_trace: Option<String> = null,
        error_context: Option<Map<String, Value>> = null,
        is_retryable: Option<bool> = false
    ) => |conn| {
        let context = Value::Object(error_context.unwrap_or_default());
        let error = NewGmailProcessingError {
            connection_id,
            sync_job_id,
            message_id: message_id.as_deref(),
            receipt_id,
            stack_trace: stack_trace.as_deref(),
            error_context: Some(&context),
            is_retryable: Some(is_retryable),
            ..NewGmailProcessingError::new(error_stage, error_type, &error_message)
        };
        error.insert(conn)?.id
    },

    save_gmail_parse_statistic(
        connection_id: GmailConnectionId,
        sync_job_id: Option<GmailSyncJobId> = null,
        message_id: String,
        sender_domain: String,
        merchant_normalized: Option<String> = null,
        parse_method: Option<String> = null,
        merchant_extracted: Option<bool> = null,
        brand_extracted: Option<bool> = null,
        amount_extracted: Option<bool> = null,
        date_extracted: Option<bool> = null,
        order_id_extracted: Option<bool> = null,
        line_items_extracted: Option<bool> = null,
        match_attempted: Option<bool> = false,
        match_success: Option<bool> = null,
        match_confidence: Option<i32> = null,
        parse_duration_ms: Option<i32> = null,
        llm_cost_cents: Option<i32> = null,
        parsing_status: ParseOutcome = "unparseable",
        parsing_error: Option<String> = null
    ) => |conn| {
        let statistic = NewGmailParseStatistic {
            connection_id,
            sync_job_id,
            message_id: &message_id,
            sender_domain: &sender_domain,
            merchant_normalized: merchant_normalized.as_deref(),
            parse_method: parse_method.as_deref(),
            merchant_extracted,
            brand_extracted,
            amount_extracted,
            date_extracted,
            order_id_extracted,
            line_items_extracted,
            match_attempted: Some(match_attempted),
            match_success,
            match_confidence,
            parse_duration_ms,
            llm_cost_cents,
            parsing_status,
            parsing_error: parsing_error.as_deref(),
        };
        statistic.insert(conn)?.id
    },

    update_gmail_sync_job_stats(sync_job_id: GmailSyncJobId, stats: Map<String, Value>) => |conn|
        found(GmailSyncJob::set_stats(conn, EVERYONE, sync_job_id, stats))?,

    get_gmail_error_summary(
        connection_id: Option<GmailConnectionId> = null,
        sync_job_id: Option<GmailSyncJobId> = null,
        days: i32 = 7
    ) => |conn| GmailErrorSummary::read(conn, EVERYONE, mailbox(connection_id), sync_job(sync_job_id), days)?,

    get_gmail_merchant_statistics(
        connection_id: Option<GmailConnectionId> = null,
        merchant: Option<String> = null,
        parse_method: Option<String> = null,
        days: i32 = 30
    ) => |conn| {
        let (merchant, parse_method) = (not_empty(merchant), not_empty(parse_method));
        let filter = StatisticsFilter {
            connection: mailbox(connection_id),
            merchant_normalized: merchant.as_deref(),
            parse_method: parse_method.as_deref(),
            days,
        };
        MerchantStatistics::list(conn, EVERYONE, &filter)?
    },
}
