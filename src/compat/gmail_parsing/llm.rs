//! What the language model is to parse.

use super::findings::LlmData;
use super::mailbox;
use crate::compat::answer::row_answer;
use crate::compat::function::functions;
use crate::compat::{found, optional};
use crate::models::gmail::{
    GmailReceipt, LlmCosts, LlmQueueEntry, LlmQueueSummary, LlmStep, ReceiptForLlm,
};
use crate::types::{EVERYONE, GmailConnectionId, GmailReceiptId, LlmParseStatus};

row_answer!(LlmQueueEntry {
    id,
    message_id,
    subject,
    sender_email,
    sender_name,
    merchant_domain,
    received_at,
    snippet,
    parsing_error,
    llm_parse_status,
    llm_estimated_cost_cents,
    llm_actual_cost_cents,
    connection_id
});

row_answer!(LlmQueueSummary {
    total_count: total,
    available_count: available,
    pending_count: pending,
    processing_count: processing,
    completed_count: completed,
    failed_count: failed,
    total_estimated_cost_cents: estimated_cost_cents,
    total_actual_cost_cents: actual_cost_cents
});

row_answer!(ReceiptForLlm {
    id,
    message_id,
    subject,
    sender_email,
    merchant_domain,
    gmail_connection_id: connection_id,
    connection_email: email_address
});

functions! {
    /// The language model's queue.
    FUNCTIONS:

    get_unparseable_receipts_for_llm_queue(
        connection_id: Option<GmailConnectionId> = null,
        limit: Option<u32> = 100
    ) => |conn| LlmQueueEntry::list(conn, EVERYONE, mailbox(connection_id), limit)?,

    get_llm_queue_summary(connection_id: Option<GmailConnectionId> = null) => |conn|
        LlmQueueSummary::read(conn, EVERYONE, mailbox(connection_id))?,

    update_receipt_llm_status(
        receipt_id: GmailReceiptId,
        status: LlmParseStatus,
        estimated_cost: Option<i32> = null,
        actual_cost: Option<i32> = null,
        parsed_data: Option<LlmData> = null
    ) => |conn| {
        let step = match status {
            LlmParseStatus::Pending => LlmStep::Pending,
            LlmParseStatus::Processing => LlmStep::Processing,
            LlmParseStatus::Failed => LlmStep::Failed,
            LlmParseStatus::Completed => {
                let findings = parsed_data.as_ref().map(LlmData::findings).transpose()?;
                LlmStep::Completed(findings.flatten())
            }
        };
        let costs = LlmCosts { estimated_cents: estimated_cost, actual_cents: actual_cost };
        found(GmailReceipt::advance_llm(conn, EVERYONE, receipt_id, step, costs))?
    },

    get_receipt_for_llm_processing(receipt_id: GmailReceiptId) => |conn|
        optional(ReceiptForLlm::find(conn, EVERYONE, receipt_id))?,
}
