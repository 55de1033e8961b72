//! What a PDF or the language model found in a receipt, as arguments.

use bigdecimal::{BigDecimal, RoundingMode, ToPrimitive};
use chrono::NaiveDate;
use serde_json::Value;

use crate::compat::arguments::{Argument, Members};
use crate::compat::failure::Failure;
use crate::compat::given::OrBlank;
use crate::models::gmail::{LlmFindings, ReceiptFindings};

/// What was found; unknown members are ignored.
struct Findings {
    merchant_name: Option<String>,
    merchant_name_normalized: Option<String>,
    total_amount: Option<BigDecimal>,
    currency_code: Option<String>,
    receipt_date: Option<NaiveDate>,
    order_id: Option<String>,
    line_items: Option<Value>,
    parse_method: Option<String>,
    parse_confidence: Option<i32>,
}

impl Findings {
    /// Reads the members; `rounding` is what becomes of a confidence with a fraction.
    fn read(members: &mut Members<'_>, rounding: RoundingMode) -> Result<Self, Failure> {
        let confidence = members.take::<BigDecimal>("parse_confidence")?;
        let confidence = confidence.map(|confidence| {
            let whole = confidence.with_scale_round(0, rounding).to_i32();
            whole.ok_or_else(|| Failure::takes::<i32>("parse_confidence"))
        });
        let day = members.take::<OrBlank<NaiveDate>>("receipt_date")?;
        let amount = members.take::<OrBlank<BigDecimal>>("total_amount")?;
        Ok(Self {
            merchant_name: members.take("merchant_name")?,
            merchant_name_normalized: members.take("merchant_name_normalized")?,
            total_amount: amount.and_then(|amount| amount.0),
            currency_code: members.take("currency_code")?,
            receipt_date: day.and_then(|day| day.0),
            order_id: members.take("order_id")?,
            line_items: members.take("line_items")?,
            parse_method: members.take("parse_method")?,
            parse_confidence: confidence.transpose()?,
        })
    }

    fn receipt(&self) -> ReceiptFindings<'_> {
        ReceiptFindings {
            merchant_name: self.merchant_name.as_deref(),
            total_amount: self.total_amount.as_ref(),
            currency_code: self.currency_code.as_deref(),
            receipt_date: self.receipt_date,
            order_id: self.order_id.as_deref(),
            line_items: self.line_items.as_ref(),
            parse_method: self.parse_method.as_deref(),
            parse_confidence: self.parse_confidence,
        }
    }
}

/// What a PDF says; a confidence loses its fraction.
pub(super) struct PdfData(Findings);

impl PdfData {
    pub(super) fn findings(&self) -> ReceiptFindings<'_> {
        self.0.receipt()
    }
}

impl Argument for PdfData {
    const TAKES: &'static str = "an object with any of merchant_name, total_amount, currency_code, receipt_date, \
                                 order_id, line_items, parse_method, parse_confidence";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        Findings::read(&mut Members::read(name, text)?, RoundingMode::Down).map(Self)
    }
}

/// What the language model found, looked at only where it counts; a confidence is rounded.
pub(super) struct LlmData(Result<Option<Findings>, Failure>);

impl LlmData {
    /// The findings; none where the object is empty.
    pub(super) fn findings(&self) -> Result<Option<LlmFindings<'_>>, Failure> {
        let findings = self.0.as_ref().map_err(Clone::clone)?;
        Ok(findings.as_ref().map(|findings| LlmFindings {
            receipt: findings.receipt(),
            merchant_name_normalized: findings.merchant_name_normalized.as_deref(),
        }))
    }
}

impl Argument for LlmData {
    const TAKES: &'static str = "an object with any of merchant_name, merchant_name_normalized, total_amount, \
                                 currency_code, order_id, receipt_date, line_items, parse_method, parse_confidence";

    fn read(name: &str, text: &str) -> Result<Self, Failure> {
        let read = || -> Result<Option<Findings>, Failure> {
            let mut members = Members::read(name, text)?;
            if members.is_empty() {
                return Ok(None);
            }
            Findings::read(&mut members, RoundingMode::HalfUp).map(Some)
        };
        Ok(Self(read()))
    }
}
