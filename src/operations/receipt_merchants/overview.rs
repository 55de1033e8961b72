//! [`overview`]: the merchants of a user's receipts.

use std::collections::BTreeMap;

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer, Jsonb, Nullable, Numeric, Text, Timestamptz};
use serde::{Deserialize, Serialize};

use crate::Result;
use crate::types::{Document, SenderParseType, UserId};

/// A sum in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyAmount {
    /// ISO 4217 code, three letters; `None` where the receipts name none.
    pub currency: Option<String>,
    /// The sum, in `currency`.
    pub amount: BigDecimal,
}

impl From<Document<Vec<CurrencyAmount>>> for Vec<CurrencyAmount> {
    fn from(document: Document<Self>) -> Self {
        document.0
    }
}

/// The receipts of one merchant, told apart by normalised name, domain and shown name.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct ReceiptMerchant {
    /// The receipts' normalised name, else the first part of `domain` in lower case.
    #[diesel(sql_type = Nullable<Text>)]
    pub normalized: Option<String>,
    /// The receipts' domain, else the sender's.
    #[diesel(sql_type = Nullable<Text>)]
    pub domain: Option<String>,
    /// The shop's name, else the sender's, else the sender's domain.
    #[diesel(sql_type = Nullable<Text>)]
    pub shown: Option<String>,
    /// Number of receipts.
    #[diesel(sql_type = BigInt)]
    pub receipts: i64,
    /// How many of them are parsed.
    #[diesel(sql_type = BigInt)]
    pub parsed: i64,
    /// How many of them wait to be parsed.
    #[diesel(sql_type = BigInt)]
    pub pending: i64,
    /// How many of them could not be parsed.
    #[diesel(sql_type = BigInt)]
    pub failed: i64,
    /// How many of them have a match, one or several.
    #[diesel(sql_type = BigInt)]
    pub matched: i64,
    /// When the first of them arrived.
    #[diesel(sql_type = Timestamptz)]
    pub earliest: DateTime<Utc>,
    /// When the last of them arrived.
    #[diesel(sql_type = Timestamptz)]
    pub latest: DateTime<Utc>,
    /// US cents.
    #[diesel(sql_type = BigInt)]
    pub llm_cost_cents: i64,
    /// The sum of all amounts, whatever their currency.
    #[diesel(sql_type = Numeric)]
    pub total_amount: BigDecimal,
    /// The sums by currency.
    #[diesel(sql_type = Jsonb, deserialize_as = Document<Vec<CurrencyAmount>>)]
    pub amounts: Vec<CurrencyAmount>,
    /// Receipts that were read from schema.org markup.
    #[diesel(sql_type = BigInt)]
    pub by_schema: i64,
    /// Receipts that were read by patterns.
    #[diesel(sql_type = BigInt)]
    pub by_pattern: i64,
    /// Receipts that were read by the language model.
    #[diesel(sql_type = BigInt)]
    pub by_llm: i64,
    /// Whether one of them was read by a vendor's own parser.
    #[diesel(sql_type = Bool)]
    pub has_vendor_parser: bool,
    /// How mails from `domain` are parsed; `None` where no pattern is in use for it. Of several the one with the lowest id.
    #[diesel(sql_type = Nullable<Text>)]
    pub template: Option<SenderParseType>,
    /// The user's debits without a receipt whose merchant or description has the merchant's name in it.
    #[diesel(sql_type = BigInt)]
    pub open_transactions: i64,
    /// Amazon orders that explain transactions with the merchant's name.
    #[diesel(sql_type = BigInt)]
    pub amazon_sources: i64,
    /// Amazon Business orders that explain transactions with the merchant's name.
    #[diesel(sql_type = BigInt)]
    pub amazon_business_sources: i64,
    /// Amazon Fresh orders that explain transactions with the merchant's name.
    #[diesel(sql_type = BigInt)]
    pub amazon_fresh_sources: i64,
    /// Apple purchases that explain transactions with the merchant's name.
    #[diesel(sql_type = BigInt)]
    pub apple_sources: i64,
}

/// The merchants of a user's receipts: the one with the most receipts first.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ReceiptMerchants(pub Vec<ReceiptMerchant>);

/// The sums over merchants. A transaction that has the names of two merchants in it counts twice.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct MerchantTotals {
    /// Number of merchants.
    pub merchants: usize,
    /// How many of them have a pattern in use.
    pub with_template: usize,
    /// How many of them have receipts read by a vendor's own parser.
    pub with_vendor_parser: usize,
    /// Number of receipts.
    pub receipts: i64,
    /// How many of them are parsed.
    pub parsed: i64,
    /// How many of them have a match.
    pub matched: i64,
    /// How many of them wait to be parsed.
    pub pending: i64,
    /// How many of them could not be parsed.
    pub failed: i64,
    /// US cents.
    pub llm_cost_cents: i64,
    /// Sum of the merchants' open transactions.
    pub open_transactions: i64,
    /// The sum of all amounts, whatever their currency.
    pub total_amount: BigDecimal,
    /// The sums by currency.
    pub amounts: Vec<CurrencyAmount>,
}

impl ReceiptMerchants {
    /// Adds up the merchants.
    pub fn totals(&self) -> MerchantTotals {
        let sum = |of: fn(&ReceiptMerchant) -> i64| self.0.iter().map(of).sum();
        let number = |has: fn(&&ReceiptMerchant) -> bool| self.0.iter().filter(has).count();
        MerchantTotals {
            merchants: self.0.len(),
            with_template: number(|merchant| merchant.template.is_some()),
            with_vendor_parser: number(|merchant| merchant.has_vendor_parser),
            receipts: sum(|merchant| merchant.receipts),
            parsed: sum(|merchant| merchant.parsed),
            matched: sum(|merchant| merchant.matched),
            pending: sum(|merchant| merchant.pending),
            failed: sum(|merchant| merchant.failed),
            llm_cost_cents: sum(|merchant| merchant.llm_cost_cents),
            open_transactions: sum(|merchant| merchant.open_transactions),
            total_amount: self.0.iter().map(|merchant| &merchant.total_amount).sum(),
            amounts: self.amounts(),
        }
    }

    fn amounts(&self) -> Vec<CurrencyAmount> {
        let mut sums = BTreeMap::<_, BigDecimal>::new();
        for CurrencyAmount { currency, amount } in
            self.0.iter().flat_map(|merchant| &merchant.amounts)
        {
            *sums.entry(currency.clone()).or_default() += amount;
        }
        sums.into_iter()
            .map(|(currency, amount)| CurrencyAmount { currency, amount })
            .collect()
    }
}

/// Puts the receipts in the user's active mailboxes together by merchant; those that count as deleted and those that have
/// neither a name nor a domain are left out. Each receipt counts once, however many matches it has.
///
/// Takes over `get_gmail_merchants_summary`.
pub fn overview(conn: &mut PgConnection, user: UserId) -> Result<ReceiptMerchants> {
    let merchants = diesel::sql_query(include_str!("overview.sql"))
        .bind::<Integer, _>(user)
        .load(conn)?;
    Ok(ReceiptMerchants(merchants))
}
