//! A bank transaction as TrueLayer sends it.

use bigdecimal::{BigDecimal, Zero};
use chrono::{DateTime, Utc};
use diesel::ExecuteCopyFromDsl as _;
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::operations::import::field::{self, Field};
use crate::operations::import::shown;
use crate::operations::import::staging::Staged;
use crate::operations::pre_enrichment;
use crate::types::{
    PreEnrichmentStatus, TransactionType, TrueLayerAccountId, TrueLayerImportJobId,
};

diesel::table! {
    staged (position) {
        position -> BigInt,
        account_id -> Integer,
        import_job_id -> Integer,
        transaction_id -> Text,
        normalised_provider_transaction_id -> Text,
        timestamp -> Timestamptz,
        description -> Text,
        amount -> Numeric,
        currency -> Text,
        transaction_type -> Text,
        merchant_name -> Text,
        running_balance -> Nullable<Numeric>,
        metadata -> Text,
        pre_enrichment_status -> Text,
    }
}

/// A record that can be stored.
#[derive(Debug, PartialEq, Insertable)]
#[diesel(table_name = staged, treat_none_as_default_value = false)]
pub(super) struct Transaction {
    position: i64,
    account_id: TrueLayerAccountId,
    import_job_id: TrueLayerImportJobId,
    pub(super) transaction_id: String,
    pub(super) normalised_provider_transaction_id: String,
    pub(super) timestamp: DateTime<Utc>,
    pub(super) description: String,
    pub(super) amount: BigDecimal,
    pub(super) currency: String,
    pub(super) transaction_type: TransactionType,
    pub(super) merchant_name: String,
    pub(super) running_balance: Option<BigDecimal>,
    pub(super) metadata: String,
    pub(super) pre_enrichment_status: PreEnrichmentStatus,
}

#[derive(Deserialize)]
pub(super) struct Record<'a> {
    #[serde(borrow)]
    pub(super) transaction_id: Field<'a>,
    #[serde(borrow)]
    pub(super) normalised_provider_transaction_id: Field<'a>,
    #[serde(borrow)]
    pub(super) timestamp: Field<'a>,
    #[serde(borrow)]
    pub(super) description: Field<'a>,
    #[serde(borrow)]
    pub(super) amount: Field<'a>,
    #[serde(borrow)]
    pub(super) currency: Field<'a>,
    #[serde(borrow)]
    pub(super) transaction_type: Field<'a>,
    #[serde(borrow)]
    pub(super) transaction_category: Field<'a>,
    #[serde(borrow)]
    pub(super) merchant_name: Field<'a>,
    #[serde(borrow)]
    running_balance: Field<'a>,
    #[serde(borrow)]
    provider_id: Field<'a>,
    #[serde(borrow)]
    provider_transaction_id: Field<'a>,
    #[serde(borrow)]
    transaction_classification: Field<'a>,
    #[serde(borrow)]
    transaction_code: Field<'a>,
    #[serde(borrow)]
    meta: Field<'a>,
}

impl Staged for Transaction {
    const CREATE: &'static str = include_str!("transaction_staged.sql");
    const KEY: &'static str = "normalised_provider_transaction_id";
    const INSERT: &'static str = include_str!("transaction_insert.sql");

    fn copy(rows: &[Self], conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::copy_from(staged::table)
            .from_insertable(rows)
            .execute(conn)
    }
}

/// What the bank said beside the columns, in its own words.
#[derive(Serialize)]
struct Metadata<'a> {
    provider_id: Field<'a>,
    provider_transaction_id: Field<'a>,
    meta: &'a RawValue,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_category: Field<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_classification: Field<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    transaction_code: Field<'a>,
}

impl Transaction {
    /// Reads a record; the error is the reason why it cannot be stored.
    pub(super) fn read(
        account_id: TrueLayerAccountId,
        import_job_id: TrueLayerImportJobId,
        position: u64,
        raw: &RawValue,
    ) -> Result<Self, String> {
        let record: Record<'_> = field::record(raw)?;
        let normalised_provider_transaction_id = field::required(
            "normalised_provider_transaction_id",
            record.normalised_provider_transaction_id,
        )?;
        let transaction_id = field::required("transaction_id", record.transaction_id)?;
        let description = field::text("description", record.description)?.unwrap_or_default();
        let merchant_name = field::word("merchant_name", record.merchant_name)?
            .unwrap_or_else(|| merchant_in(&description));
        let transaction_type = record.transaction_type()?;
        Ok(Self {
            position: position.cast_signed(),
            account_id,
            import_job_id,
            transaction_id,
            normalised_provider_transaction_id,
            timestamp: record.timestamp()?,
            amount: record.amount()?,
            currency: field::currency("currency", record.currency)?,
            running_balance: record.running_balance()?,
            metadata: record.metadata()?,
            pre_enrichment_status: pre_enrichment::detect(
                &description,
                &merchant_name,
                transaction_type,
            ),
            description,
            transaction_type,
            merchant_name,
        })
    }
}

impl Record<'_> {
    pub(super) fn timestamp(&self) -> Result<DateTime<Utc>, String> {
        field::instant("timestamp", self.timestamp)?.ok_or_else(|| "timestamp: missing".to_owned())
    }

    /// The amount without its sign; 0 where there is none.
    pub(super) fn amount(&self) -> Result<BigDecimal, String> {
        let amount = field::amount("amount", self.amount)?;
        Ok(amount.unwrap_or_else(BigDecimal::zero).abs())
    }

    pub(super) fn transaction_type(&self) -> Result<TransactionType, String> {
        let word = field::required("transaction_type", self.transaction_type)?;
        word.parse().map_err(|_| {
            format!(
                "transaction_type: {} is neither DEBIT nor CREDIT",
                shown(&word)
            )
        })
    }

    /// The balance after the transaction: a number, or an object with one.
    pub(super) fn running_balance(&self) -> Result<Option<BigDecimal>, String> {
        #[derive(Deserialize)]
        struct Balance<'a> {
            #[serde(borrow)]
            amount: Field<'a>,
        }
        let Some(raw) = self.running_balance else {
            return Ok(None);
        };
        if !raw.get().starts_with('{') {
            return field::amount("running_balance", Some(raw));
        }
        let balance: Balance<'_> =
            field::record(raw).map_err(|reason| format!("running_balance: {reason}"))?;
        field::amount("running_balance.amount", balance.amount)
    }

    /// The JSON text of the column `metadata`.
    pub(super) fn metadata(&self) -> Result<String, String> {
        let nothing = RawValue::from_string("{}".to_owned()).map_err(|error| error.to_string())?;
        serde_json::to_string(&Metadata {
            provider_id: self.provider_id,
            provider_transaction_id: self.provider_transaction_id,
            meta: self.meta.unwrap_or(&nothing),
            transaction_category: self.transaction_category,
            transaction_classification: self.transaction_classification,
            transaction_code: self.transaction_code,
        })
        .map_err(|error| format!("meta: {error}"))
    }
}

/// The merchant of a description: what stands before its first comma, unless that is nothing or only digits.
fn merchant_in(description: &str) -> String {
    let start = description.split(',').next().unwrap_or_default().trim();
    if !start.chars().all(char::is_numeric) {
        start.to_owned()
    } else if description.trim().is_empty() {
        "Unknown Merchant".to_owned()
    } else {
        description.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Transaction, String> {
        let raw = RawValue::from_string(json.to_owned()).expect("JSON");
        Transaction::read(TrueLayerAccountId(1), TrueLayerImportJobId(1), 1, &raw)
    }

    /// A record with one field replaced, or removed where the value is empty.
    fn with(name: &str, value: &str) -> Result<Transaction, String> {
        let mut fields = vec![
            ("transaction_id", r#""t1""#),
            ("normalised_provider_transaction_id", r#""n1""#),
            ("timestamp", r#""2025-03-05T10:00:00.5+01:00""#),
            ("description", r#""CAFÉ RÊVÉ, LONDON""#),
            ("amount", "-5.60"),
            ("transaction_type", r#""DEBIT""#),
        ];
        fields.retain(|(field, _)| *field != name);
        if !value.is_empty() {
            fields.push((name, value));
        }
        let fields: Vec<String> = fields
            .iter()
            .map(|(field, value)| format!("\"{field}\": {value}"))
            .collect();
        read(&format!("{{{}}}", fields.join(", ")))
    }

    #[test]
    fn a_record_with_its_defaults() {
        let transaction = with("currency", "null").expect("a good record");
        assert_eq!(transaction.amount.to_string(), "5.60");
        assert_eq!(transaction.currency, "GBP");
        assert_eq!(transaction.merchant_name, "CAFÉ RÊVÉ");
        assert_eq!(
            transaction.timestamp.to_rfc3339(),
            "2025-03-05T09:00:00.500+00:00"
        );
        assert_eq!(transaction.running_balance, None);
        assert_eq!(
            transaction.metadata,
            r#"{"provider_id":null,"provider_transaction_id":null,"meta":{}}"#
        );
        assert_eq!(transaction.pre_enrichment_status, PreEnrichmentStatus::None);
        assert_eq!(
            with("amount", "").map(|transaction| transaction.amount.to_string()),
            Ok("0".to_owned())
        );
        assert_eq!(
            with("description", "").map(|transaction| transaction.description),
            Ok(String::new())
        );
    }

    #[test]
    fn metadata_is_kept_to_the_digit() {
        let meta = r#"{"x": 1.10, "y":[ 12345678901234567890.10 ]}"#;
        let metadata = with("meta", meta).expect("a good record").metadata;
        assert!(metadata.contains(meta), "{metadata}");
        let metadata = with("transaction_classification", r#"["Shopping"]"#)
            .expect("a good record")
            .metadata;
        assert!(
            metadata.ends_with(r#""transaction_classification":["Shopping"]}"#),
            "{metadata}"
        );
    }

    #[test]
    fn a_running_balance_is_a_number_or_an_object_with_one() {
        let balance = |json| {
            with("running_balance", json).map(|transaction| {
                transaction
                    .running_balance
                    .map(|balance| balance.to_string())
            })
        };
        assert_eq!(
            balance(r#"{"amount": -4.50, "currency": "GBP"}"#),
            Ok(Some("-4.50".to_owned()))
        );
        assert_eq!(balance("7"), Ok(Some("7".to_owned())));
        assert_eq!(balance("null"), Ok(None));
        assert_eq!(balance(r#"{"currency": "GBP"}"#), Ok(None));
        assert!(
            balance(r#"{"amount": "x"}"#)
                .is_err_and(|reason| reason.starts_with("running_balance.amount: "))
        );
    }

    #[test]
    fn a_bad_record_names_its_field_and_value() {
        for (field, value, reason) in [
            (
                "normalised_provider_transaction_id",
                "",
                "normalised_provider_transaction_id: missing",
            ),
            ("transaction_id", "null", "transaction_id: missing"),
            ("timestamp", "", "timestamp: missing"),
            (
                "timestamp",
                r#""soon""#,
                r#"timestamp: "soon" is not a date and time"#,
            ),
            (
                "transaction_type",
                r#""debit""#,
                r#"transaction_type: "debit" is neither DEBIT nor CREDIT"#,
            ),
            ("transaction_type", "", "transaction_type: missing"),
            (
                "currency",
                r#""pounds""#,
                r#"currency: "pounds" is not a currency code"#,
            ),
            ("amount", r#""n/a""#, r#"amount: "n/a" is not a number"#),
            ("merchant_name", "7", "merchant_name: 7 is not text"),
        ] {
            assert_eq!(with(field, value), Err(reason.to_owned()));
        }
        assert_eq!(read("7"), Err("7 is not an object".to_owned()));
        assert!(read("[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15]").is_err());
        assert!(
            read(r#"{"amount": 1, "amount": 2}"#)
                .is_err_and(|reason| reason.contains("duplicate field"))
        );
    }

    #[test]
    fn the_merchant_falls_back_to_the_description() {
        for (description, merchant) in [
            ("CAFÉ RÊVÉ, LONDON", "CAFÉ RÊVÉ"),
            ("TESCO", "TESCO"),
            ("12345, TESCO", "12345, TESCO"),
            (", TESCO", ", TESCO"),
            ("", "Unknown Merchant"),
            ("  ", "Unknown Merchant"),
        ] {
            assert_eq!(merchant_in(description), merchant);
        }
    }
}
