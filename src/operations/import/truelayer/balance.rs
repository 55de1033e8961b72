//! A balance as TrueLayer sends it.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::operations::import::field::{self, Field};

/// A balance that can be stored.
#[derive(Debug, PartialEq)]
pub(super) struct Balance {
    pub(super) current: BigDecimal,
    pub(super) available: Option<BigDecimal>,
    pub(super) overdraft: Option<BigDecimal>,
    pub(super) currency: String,
    /// When the bank stated it, where it says so.
    pub(super) stated_at: Option<DateTime<Utc>>,
}

#[derive(Deserialize)]
struct Record<'a> {
    #[serde(borrow)]
    current: Field<'a>,
    #[serde(borrow)]
    available: Field<'a>,
    #[serde(borrow)]
    overdraft: Field<'a>,
    #[serde(borrow)]
    currency: Field<'a>,
    #[serde(borrow)]
    update_timestamp: Field<'a>,
}

impl Balance {
    /// Reads a record; the error is the reason why it cannot be stored.
    pub(super) fn read(raw: &RawValue) -> Result<Self, String> {
        let record: Record<'_> = field::record(raw)?;
        Ok(Self {
            current: field::amount("current", record.current)?
                .ok_or_else(|| "current: missing".to_owned())?,
            available: field::amount("available", record.available)?,
            overdraft: field::amount("overdraft", record.overdraft)?,
            currency: field::currency("currency", record.currency)?,
            stated_at: field::instant("update_timestamp", record.update_timestamp)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_balance_keeps_its_sign_and_needs_its_amount() {
        let read =
            |json: &str| Balance::read(&RawValue::from_string(json.to_owned()).expect("JSON"));
        let balance = read(r#"{"current": -4511.410, "overdraft": 500}"#).expect("a good record");
        assert_eq!(balance.current.to_string(), "-4511.410");
        assert_eq!(balance.available, None);
        assert_eq!(balance.stated_at, None);
        assert_eq!(
            read(r#"{"available": 1}"#),
            Err("current: missing".to_owned())
        );
    }
}
