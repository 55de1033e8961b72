//! Receipts by merchant, and the payments that they may explain.

use bigdecimal::ToPrimitive;

use super::{iso_day, iso_time, not_empty};
use crate::compat::answer::{Answer, object, row_answer};
use crate::compat::arguments::{Since, Until};
use crate::compat::function::functions;
use crate::models::Page;
use crate::models::truelayer::DebitTransaction;
use crate::operations::receipt_merchants::{
    MatchedReceipt, Merchant, MerchantTotals, ReceiptMerchant, ReceiptMerchants, ReceiptPage,
    overview, receipts,
};
use crate::types::{Period, ReceiptParsingStatus, SenderParseType, UserId};

row_answer!(
    fn payment(DebitTransaction) {
        id, transaction_id, amount, currency, description, merchant_name, date: timestamp, account_name,
    }
);

fn merchant(merchant: ReceiptMerchant) -> Answer {
    object! {
        "merchant_normalized" => merchant.normalized,
        "merchant_domain" => merchant.domain,
        "merchant_name" => merchant.shown,
        "receipt_count" => merchant.receipts,
        "parsed_count" => merchant.parsed,
        "matched_count" => merchant.matched,
        "pending_count" => merchant.pending,
        "failed_count" => merchant.failed,
        "earliest_receipt" => iso_time(merchant.earliest),
        "latest_receipt" => iso_time(merchant.latest),
        "llm_cost_cents" => merchant.llm_cost_cents,
        "total_amount" => merchant.total_amount,
        "template_type" => merchant.template.map_or("none", SenderParseType::as_str),
        "has_template" => merchant.template.is_some(),
        "has_vendor_parser" => merchant.has_vendor_parser,
        "schema_parsed_count" => merchant.by_schema,
        "pattern_parsed_count" => merchant.by_pattern,
        "llm_parsed_count" => merchant.by_llm,
        "potential_transaction_matches" => merchant.open_transactions,
        "amazon_coverage" => merchant.amazon_sources,
        "amazon_business_coverage" => merchant.amazon_business_sources,
        "amazon_fresh_coverage" => merchant.amazon_fresh_sources,
        "apple_coverage" => merchant.apple_sources,
    }
}

impl From<MerchantTotals> for Answer {
    fn from(totals: MerchantTotals) -> Self {
        object! {
            "total_merchants" => totals.merchants,
            "with_template" => totals.with_template,
            "without_template" => totals.merchants - totals.with_template,
            "with_vendor_parser" => totals.with_vendor_parser,
            "total_receipts" => totals.receipts,
            "total_parsed" => totals.parsed,
            "total_matched" => totals.matched,
            "total_pending" => totals.pending,
            "total_failed" => totals.failed,
            "total_llm_cost_cents" => totals.llm_cost_cents,
            "total_potential_matches" => totals.open_transactions,
            "total_amount" => totals.total_amount.to_f64().map(Self::float),
        }
    }
}

impl From<ReceiptMerchants> for Answer {
    fn from(merchants: ReceiptMerchants) -> Self {
        let summary = merchants.totals();
        object! {
            "merchants" => Self::list(merchants.0, merchant),
            "summary" => summary,
        }
    }
}

fn receipt(row: MatchedReceipt) -> Answer {
    let MatchedReceipt {
        receipt,
        best_match,
    } = row;
    let mut answer = object! {
        "id" => receipt.id,
        "message_id" => receipt.message_id,
        "sender_email" => receipt.sender_email,
        "sender_name" => receipt.sender_name,
        "subject" => receipt.subject,
        "received_at" => iso_time(receipt.received_at),
        "merchant_name" => receipt.merchant_name,
        "merchant_name_normalized" => receipt.merchant_name_normalized,
        "merchant_domain" => receipt.merchant_domain,
        "order_id" => receipt.order_id,
        "total_amount" => receipt.total_amount,
        "currency_code" => receipt.currency_code,
        "receipt_date" => receipt.receipt_date.map(iso_day),
        "line_items" => receipt.line_items,
        "parse_method" => receipt.parse_method,
        "parse_confidence" => receipt.parse_confidence,
        "parsing_status" => receipt.parsing_status,
        "parsing_error" => receipt.parsing_error,
        "llm_cost_cents" => receipt.llm_cost_cents,
        "match_id" => (),
        "match_confidence" => (),
        "transaction_id" => (),
        "transaction_description" => (),
        "transaction_amount" => (),
    };
    if let Some(best) = best_match {
        answer.set("match_id", best.match_id);
        answer.set("match_confidence", best.match_confidence);
        answer.set("transaction_id", best.transaction_id);
        answer.set("transaction_description", best.transaction_description);
        answer.set("transaction_amount", best.transaction_amount);
    }
    answer
}

functions! {
    /// Merchants.
    FUNCTIONS:

    get_gmail_merchants_summary(user_id: UserId = 1) => |conn| overview(conn, user_id)?,

    get_receipts_by_domain(
        merchant_domain: Option<String> = null,
        merchant_normalized: Option<String> = null,
        user_id: UserId = 1,
        limit: Option<u32> = 50,
        offset: Option<u32> = 0,
        status: Option<String> = null
    ) => |conn| {
        let name = not_empty(merchant_normalized.clone());
        let domain = not_empty(merchant_domain.clone());
        let merchant = match (&name, &domain) {
            (Some(name), _) => Some(Merchant::Name(name)),
            (None, Some(domain)) => Some(Merchant::Domain(domain)),
            (None, None) => None,
        };
        match merchant {
            None => object! { "receipts" => Answer::List(Vec::new()), "total" => 0, "identifier" => () },
            Some(merchant) => {
                let status = not_empty(status).map(|status| status.parse::<ReceiptParsingStatus>());
                let page = match status.transpose() {
                    Ok(status) => receipts(conn, user_id, merchant, status, limit, offset.unwrap_or_default())?,
                    // No receipt has a status that there is not.
                    Err(_) => ReceiptPage::default(),
                };
                object! {
                    "receipts" => Answer::list(page.receipts, receipt),
                    "total" => page.total,
                    "identifier" => name.or(domain),
                    "merchant_normalized" => merchant_normalized,
                    "merchant_domain" => merchant_domain,
                }
            }
        }
    },

    get_transactions_for_matching(
        user_id: UserId,
        from_date: Option<Since> = null,
        to_date: Option<Until> = null,
        limit: Option<u32> = 1000
    ) => |conn| {
        let period = Period {
            from: from_date.and_then(|since| since.0),
            before: to_date.and_then(|until| until.0),
        };
        let page = Page { after: None, limit };
        Answer::list(DebitTransaction::list(conn, user_id, period, page)?, payment)
    },
}
