//! [`ReceiptFindings`]: what was found in a receipt that is stored already.

use bigdecimal::BigDecimal;
use chrono::NaiveDate;
use diesel::prelude::*;
use serde_json::Value;

use crate::schema::gmail_receipts;

/// What a PDF or the language model found of a purchase. What is `None`, an empty text, a JSON null or an empty list leaves
/// what is stored; an amount or a confidence of 0 is a value.
#[derive(Debug, Clone, Copy, PartialEq, Default, AsChangeset)]
#[diesel(table_name = gmail_receipts)]
pub struct ReceiptFindings<'a> {
    /// The shop.
    pub merchant_name: Option<&'a str>,
    /// In `currency_code`.
    pub total_amount: Option<&'a BigDecimal>,
    /// ISO 4217 code, three letters.
    pub currency_code: Option<&'a str>,
    /// Day of the purchase.
    pub receipt_date: Option<NaiveDate>,
    /// The shop's order number.
    pub order_id: Option<&'a str>,
    /// Array of objects.
    pub line_items: Option<&'a Value>,
    /// The parser.
    pub parse_method: Option<&'a str>,
    /// 0 to 100.
    pub parse_confidence: Option<i32>,
}

impl ReceiptFindings<'_> {
    /// The findings with `None` for all that leaves what is stored.
    pub(super) fn without_blanks(self) -> Self {
        Self {
            merchant_name: not_empty(self.merchant_name),
            currency_code: not_empty(self.currency_code),
            order_id: not_empty(self.order_id),
            line_items: not_nothing(self.line_items),
            parse_method: not_empty(self.parse_method),
            ..self
        }
    }
}

/// A text that is not empty.
pub(super) fn not_empty(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

/// JSON that holds something: neither null nor an empty list or object.
pub(super) fn not_nothing(json: Option<&Value>) -> Option<&Value> {
    json.filter(|json| match json {
        Value::Null => false,
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
        _ => true,
    })
}
