//! The rows that the Rust rivals read. As JSON they look like those of the crate.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::Value;

/// A row of `truelayer_transactions`, with amounts in the type that goes with the rival.
#[derive(Serialize)]
pub struct Transaction<D> {
    pub id: i32,
    pub account_id: i32,
    pub transaction_id: String,
    pub normalised_provider_transaction_id: String,
    pub timestamp: DateTime<Utc>,
    pub description: String,
    pub amount: D,
    pub currency: String,
    pub transaction_type: String,
    pub transaction_category: Option<String>,
    pub merchant_name: Option<String>,
    pub running_balance: Option<D>,
    pub metadata: Option<Value>,
    pub created_at: DateTime<Utc>,
    pub account_type: Option<String>,
    pub lookup_description: Option<String>,
    pub pre_enrichment_status: Option<String>,
    pub enrichment_required: bool,
    pub category_id: Option<i32>,
    pub subcategory_id: Option<i32>,
    pub import_job_id: Option<i32>,
}

/// What lies under `enrichment` in its metadata.
#[derive(Serialize)]
pub struct Enrichment {
    pub primary_category: Option<String>,
    pub subcategory: Option<String>,
    pub merchant_clean_name: Option<String>,
    pub merchant_type: Option<String>,
    pub essential_discretionary: Option<String>,
    pub payment_method: Option<String>,
    pub payment_method_subtype: Option<String>,
    pub confidence_score: Option<String>,
    pub llm_provider: Option<String>,
    pub llm_model: Option<String>,
    pub enriched_at: Option<DateTime<Utc>>,
}

/// A transaction with its enrichment.
#[derive(Serialize)]
pub struct Listed<D> {
    pub transaction: Transaction<D>,
    pub enrichment: Enrichment,
    pub huququllah_classification: Option<String>,
}

/// A row of `transaction_enrichment_sources`.
#[derive(Serialize)]
pub struct Source {
    pub id: i32,
    pub truelayer_transaction_id: i32,
    pub source_type: String,
    pub source_id: Option<i32>,
    pub description: String,
    pub order_id: Option<String>,
    pub line_items: Option<Value>,
    pub match_confidence: i32,
    pub match_method: Option<String>,
    pub is_primary: bool,
    pub user_verified: bool,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// The sources of a page by transaction.
pub type Sources = BTreeMap<i32, Vec<Source>>;

pub fn by_transaction(rows: impl IntoIterator<Item = Source>) -> Sources {
    let mut sources = Sources::new();
    for row in rows {
        sources
            .entry(row.truelayer_transaction_id)
            .or_default()
            .push(row);
    }
    sources
}

/// A time as somebody wrote it.
pub fn instant(text: Option<String>) -> Option<DateTime<Utc>> {
    let instant = DateTime::parse_from_rfc3339(&text?).ok()?;
    Some(instant.to_utc())
}

/// Reads a transaction from a row that has `get` by place.
macro_rules! transaction {
    ($row:expr) => {
        $crate::rivals::rows::Transaction {
            id: $row.get(0),
            account_id: $row.get(1),
            transaction_id: $row.get(2),
            normalised_provider_transaction_id: $row.get(3),
            timestamp: $row.get(4),
            description: $row.get(5),
            amount: $row.get(6),
            currency: $row.get(7),
            transaction_type: $row.get(8),
            transaction_category: $row.get(9),
            merchant_name: $row.get(10),
            running_balance: $row.get(11),
            metadata: $row.get(12),
            created_at: $row.get(13),
            account_type: $row.get(14),
            lookup_description: $row.get(15),
            pre_enrichment_status: $row.get(16),
            enrichment_required: $row.get(17),
            category_id: $row.get(18),
            subcategory_id: $row.get(19),
            import_job_id: $row.get(20),
        }
    };
}

/// Reads a transaction with its enrichment from a row that has `get` by place.
macro_rules! listed {
    ($row:expr) => {
        $crate::rivals::rows::Listed {
            transaction: $crate::rivals::rows::transaction!($row),
            enrichment: $crate::rivals::rows::Enrichment {
                primary_category: $row.get(21),
                subcategory: $row.get(22),
                merchant_clean_name: $row.get(23),
                merchant_type: $row.get(24),
                essential_discretionary: $row.get(25),
                payment_method: $row.get(26),
                payment_method_subtype: $row.get(27),
                confidence_score: $row.get(28),
                llm_provider: $row.get(29),
                llm_model: $row.get(30),
                enriched_at: $crate::rivals::rows::instant($row.get(31)),
            },
            huququllah_classification: $row.get(32),
        }
    };
}

/// Reads a source from a row that has `get` by place.
macro_rules! source {
    ($row:expr) => {
        $crate::rivals::rows::Source {
            id: $row.get(0),
            truelayer_transaction_id: $row.get(1),
            source_type: $row.get(2),
            source_id: $row.get(3),
            description: $row.get(4),
            order_id: $row.get(5),
            line_items: $row.get(6),
            match_confidence: $row.get(7),
            match_method: $row.get(8),
            is_primary: $row.get(9),
            user_verified: $row.get(10),
            created_at: $row.get(11),
            updated_at: $row.get(12),
        }
    };
}

pub(crate) use {listed, source, transaction};
