//! A card transaction as TrueLayer sends it.

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::ExecuteCopyFromDsl as _;
use diesel::prelude::*;
use serde_json::value::RawValue;

use super::transaction::Record;
use crate::operations::import::field;
use crate::operations::import::staging::Staged;
use crate::types::{TransactionType, TrueLayerCardId};

diesel::table! {
    staged (position) {
        position -> BigInt,
        card_id -> Integer,
        transaction_id -> Nullable<Text>,
        normalised_provider_id -> Nullable<Text>,
        timestamp -> Timestamptz,
        description -> Text,
        amount -> Numeric,
        currency -> Text,
        transaction_type -> Text,
        category -> Nullable<Text>,
        merchant_name -> Nullable<Text>,
        running_balance -> Nullable<Numeric>,
        metadata -> Text,
    }
}

/// A record that can be stored.
#[derive(Debug, PartialEq, Insertable)]
#[diesel(table_name = staged, treat_none_as_default_value = false)]
pub(super) struct CardTransaction {
    position: i64,
    card_id: TrueLayerCardId,
    pub(super) transaction_id: Option<String>,
    pub(super) normalised_provider_id: Option<String>,
    pub(super) timestamp: DateTime<Utc>,
    pub(super) description: String,
    pub(super) amount: BigDecimal,
    pub(super) currency: String,
    pub(super) transaction_type: TransactionType,
    pub(super) category: Option<String>,
    pub(super) merchant_name: Option<String>,
    pub(super) running_balance: Option<BigDecimal>,
    pub(super) metadata: String,
}

impl Staged for CardTransaction {
    const CREATE: &'static str = include_str!("card_transaction_staged.sql");
    const KEY: &'static str = "normalised_provider_id, transaction_id";
    const INSERT: &'static str = include_str!("card_transaction_insert.sql");

    fn copy(rows: &[Self], conn: &mut PgConnection) -> QueryResult<usize> {
        diesel::copy_from(staged::table)
            .from_insertable(rows)
            .execute(conn)
    }
}

impl CardTransaction {
    /// Reads a record; the error is the reason why it cannot be stored.
    ///
    /// The sign of a card's amounts is not that of an account's: the direction is `transaction_type` alone.
    pub(super) fn read(
        card_id: TrueLayerCardId,
        position: u64,
        raw: &RawValue,
    ) -> Result<Self, String> {
        let record: Record<'_> = field::record(raw)?;
        let normalised_provider_id = field::word(
            "normalised_provider_transaction_id",
            record.normalised_provider_transaction_id,
        )?;
        let transaction_id = field::word("transaction_id", record.transaction_id)?;
        if normalised_provider_id.is_none() && transaction_id.is_none() {
            return Err(
                "normalised_provider_transaction_id and transaction_id: both missing".into(),
            );
        }
        Ok(Self {
            position: position.cast_signed(),
            card_id,
            transaction_id,
            normalised_provider_id,
            timestamp: record.timestamp()?,
            description: field::text("description", record.description)?.unwrap_or_default(),
            amount: record.amount()?,
            currency: field::currency("currency", record.currency)?,
            transaction_type: record.transaction_type()?,
            category: field::word("transaction_category", record.transaction_category)?,
            merchant_name: field::word("merchant_name", record.merchant_name)?,
            running_balance: record.running_balance()?,
            metadata: record.metadata()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<CardTransaction, String> {
        let raw = RawValue::from_string(json.to_owned()).expect("JSON");
        CardTransaction::read(TrueLayerCardId(1), 1, &raw)
    }

    #[test]
    fn the_sign_says_nothing_and_the_category_is_kept() {
        let payment = read(
            r#"{"transaction_id": "t", "timestamp": "2025-05-02T00:00:00", "amount": -59.66,
                "transaction_type": "CREDIT", "transaction_category": "CREDIT"}"#,
        )
        .expect("a good record");
        assert_eq!(payment.amount.to_string(), "59.66");
        assert_eq!(payment.transaction_type, TransactionType::Credit);
        assert_eq!(payment.category.as_deref(), Some("CREDIT"));
        assert_eq!(payment.merchant_name, None);
        assert_eq!(payment.normalised_provider_id, None);
    }

    #[test]
    fn one_of_both_ids_is_needed() {
        let reason = read(r#"{"timestamp": "2025-05-02T00:00:00Z", "transaction_type": "DEBIT"}"#);
        assert_eq!(
            reason,
            Err("normalised_provider_transaction_id and transaction_id: both missing".to_owned())
        );
    }
}
