//! Receipts that the language model is to parse: how far it is, and what it found.

use diesel::dsl;
use diesel::prelude::*;

use super::findings::not_empty;
use super::{GmailReceipt, ReceiptFindings, owned_by};
use crate::Result;
use crate::schema::gmail_receipts;
use crate::types::{GmailReceiptId, LlmParseStatus, ReceiptParsingStatus, UserId};

/// The parser where the language model names none.
const PARSE_METHOD: &str = "llm";

/// The confidence, 0 to 100, where the language model gives none.
const PARSE_CONFIDENCE: i32 = 70;

/// What the language model found in a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LlmFindings<'a> {
    /// What it found; a missing `parse_method` is `llm`, a missing `parse_confidence` 70.
    pub receipt: ReceiptFindings<'a>,
    /// The shop, lower-case, without company suffixes and signs; `None` or empty leaves what is stored.
    pub merchant_name_normalized: Option<&'a str>,
}

/// How far the language model is with a receipt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LlmStep<'a> {
    /// It waits.
    Pending,
    /// It is being parsed.
    Processing,
    /// The model answered now. With findings the receipt is parsed, also where nothing is in them.
    Completed(Option<LlmFindings<'a>>),
    /// The model failed.
    Failed,
}

impl LlmStep<'_> {
    /// The status after the step.
    pub const fn status(self) -> LlmParseStatus {
        match self {
            Self::Pending => LlmParseStatus::Pending,
            Self::Processing => LlmParseStatus::Processing,
            Self::Completed(_) => LlmParseStatus::Completed,
            Self::Failed => LlmParseStatus::Failed,
        }
    }
}

/// What a try of the language model costs, in US cents; `None` leaves what is stored. The costs of the last try are stored,
/// not the sum of all tries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct LlmCosts {
    /// What it was expected to cost.
    pub estimated_cents: Option<i32>,
    /// What it cost.
    pub actual_cents: Option<i32>,
}

impl GmailReceipt {
    /// Writes a step of the language model into a receipt of the owner and gives it as it is then. Amounts keep their decimals.
    /// Any step may follow any other; a worker that starts takes the receipt by [`claim_for_llm`](Self::claim_for_llm), so
    /// that no other does.
    ///
    /// [`Error::NotFound`](crate::Error::NotFound) without such a receipt,
    /// [`Error::InvalidInput`](crate::Error::InvalidInput) for a confidence outside 0 to 100 or a currency that has not
    /// three letters; nothing is changed then.
    ///
    /// Takes over `update_receipt_llm_status`.
    pub fn advance_llm(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailReceiptId,
        step: LlmStep<'_>,
        costs: LlmCosts,
    ) -> Result<Self> {
        let (is_completed, findings) = match step {
            LlmStep::Completed(findings) => (true, findings),
            LlmStep::Pending | LlmStep::Processing | LlmStep::Failed => (false, None),
        };
        let parsed = findings.map(|findings| {
            let found = findings.receipt.without_blanks();
            (
                ReceiptFindings {
                    parse_method: found.parse_method.or(Some(PARSE_METHOD)),
                    parse_confidence: found.parse_confidence.or(Some(PARSE_CONFIDENCE)),
                    ..found
                },
                not_empty(findings.merchant_name_normalized)
                    .map(|name| gmail_receipts::merchant_name_normalized.eq(name)),
                gmail_receipts::parsing_status.eq(ReceiptParsingStatus::Parsed),
            )
        });
        let row = gmail_receipts::table
            .find(id)
            .filter(owned_by(owner.into()));
        Ok(diesel::update(row)
            .set((
                gmail_receipts::llm_parse_status.eq(step.status()),
                costs
                    .estimated_cents
                    .map(|cents| gmail_receipts::llm_estimated_cost_cents.eq(cents)),
                costs
                    .actual_cents
                    .map(|cents| gmail_receipts::llm_actual_cost_cents.eq(cents)),
                is_completed.then(|| gmail_receipts::llm_parsed_at.eq(dsl::now)),
                parsed,
                gmail_receipts::updated_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)?)
    }

    /// Takes a receipt of the owner for the language model, if nobody is or was at it: it becomes `processing` where it had no
    /// status, was `pending` or had `failed`. `None` where another worker was first, or there is no such receipt.
    pub fn claim_for_llm(
        conn: &mut PgConnection,
        owner: impl Into<Option<UserId>>,
        id: GmailReceiptId,
        estimated_cents: Option<i32>,
    ) -> Result<Option<Self>> {
        let is_free = gmail_receipts::llm_parse_status
            .is_null()
            .or(gmail_receipts::llm_parse_status
                .eq_any([LlmParseStatus::Pending, LlmParseStatus::Failed]));
        let row = gmail_receipts::table
            .find(id)
            .filter(gmail_receipts::deleted_at.is_null())
            .filter(is_free)
            .filter(owned_by(owner.into()));
        Ok(diesel::update(row)
            .set((
                gmail_receipts::llm_parse_status.eq(LlmParseStatus::Processing),
                estimated_cents.map(|cents| gmail_receipts::llm_estimated_cost_cents.eq(cents)),
                gmail_receipts::updated_at.eq(dsl::now),
            ))
            .returning(Self::as_returning())
            .get_result(conn)
            .optional()?)
    }
}
