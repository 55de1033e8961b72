//! Receipts as answers.

use std::collections::BTreeMap;

use crate::compat::answer::{Answer, object, row_answer};
use crate::models::gmail::{GmailReceipt, KnownReceipt, SavedReceipt};
use crate::operations::gmail::receipts::{OwnedReceipt, ReceiptWithMail};
use crate::operations::gmail::statistics::ReceiptStatistics;

row_answer!(
    fn whole(GmailReceipt) {
        id, connection_id, message_id, thread_id, sender_email, sender_name, subject, received_at, merchant_name,
        merchant_name_normalized, merchant_domain, order_id, total_amount, currency_code, receipt_date, line_items,
        receipt_hash, parse_method, parse_confidence, raw_schema_data, llm_cost_cents, parsing_status, parsing_error,
        retry_count, deleted_at, created_at, updated_at, pdf_processing_status, pdf_retry_count, pdf_last_error,
        llm_parse_status, llm_estimated_cost_cents, llm_actual_cost_cents, llm_parsed_at,
    }
);

row_answer!(
    fn listed(GmailReceipt) {
        id, connection_id, message_id, sender_email, sender_name, subject, received_at, merchant_name, order_id,
        total_amount, currency_code, receipt_date, line_items, parse_method, parse_confidence, parsing_status, created_at,
    }
);

row_answer!(
    fn known(KnownReceipt) {
        id, message_id, parsing_status,
    }
);

row_answer!(ReceiptStatistics {
    total_receipts,
    parsed_receipts,
    pending_receipts,
    failed_receipts,
    matched_receipts,
    min_receipt_date,
    max_receipt_date,
    total_llm_cost_cents,
});

/// All receipts of a list.
pub(super) fn wholes(receipts: Vec<GmailReceipt>) -> Answer {
    Answer::list(receipts, whole)
}

/// The receipts of a list, shortly.
pub(super) fn list(receipts: Vec<GmailReceipt>) -> Answer {
    Answer::list(receipts, listed)
}

pub(super) fn known_receipt(receipt: KnownReceipt) -> Answer {
    known(receipt)
}

pub(super) fn with_owner(owned: OwnedReceipt) -> Answer {
    let mut answer = whole(owned.receipt);
    answer.set("user_id", owned.user_id);
    answer.set("email_address", owned.email_address);
    answer
}

pub(super) fn with_mail(ReceiptWithMail { receipt, mail }: ReceiptWithMail) -> Answer {
    let mut answer = whole(receipt);
    answer.set(
        "body_html",
        mail.as_ref().and_then(|mail| mail.body_html.clone()),
    );
    answer.set(
        "body_text",
        mail.as_ref().and_then(|mail| mail.body_text.clone()),
    );
    answer.set(
        "from_header",
        mail.as_ref().and_then(|mail| mail.from_header.clone()),
    );
    answer.set(
        "to_header",
        mail.as_ref().and_then(|mail| mail.to_header.clone()),
    );
    answer.set(
        "date_header",
        mail.as_ref().and_then(|mail| mail.date_header.clone()),
    );
    answer.set("email_attachments", mail.and_then(|mail| mail.attachments));
    answer
}

pub(super) fn with_bodies(ReceiptWithMail { receipt, mail }: ReceiptWithMail) -> Answer {
    let (html, text) = mail.map_or((None, None), |mail| (mail.body_html, mail.body_text));
    object! {
        "id" => receipt.id,
        "message_id" => receipt.message_id,
        "subject" => receipt.subject,
        "merchant_name" => receipt.merchant_name,
        "merchant_domain" => receipt.merchant_domain,
        "total_amount" => receipt.total_amount,
        "line_items" => receipt.line_items,
        "parse_method" => receipt.parse_method,
        "parsing_status" => receipt.parsing_status,
        "body_html" => html,
        "body_text" => text,
    }
}

/// How many were written, and the ids of all.
pub(super) fn saved(receipts: Vec<SavedReceipt>) -> Answer {
    let written = receipts.iter().filter(|receipt| receipt.written).count();
    let ids: Vec<_> = receipts.iter().map(|receipt| receipt.id).collect();
    let by_message: BTreeMap<_, _> = receipts
        .into_iter()
        .map(|receipt| (receipt.message_id, receipt.id))
        .collect();
    object! {
        "inserted" => written,
        "receipt_ids" => ids,
        "message_to_id" => by_message,
    }
}
