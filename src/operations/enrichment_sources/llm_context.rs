//! What a language model is told about the sources of a transaction.

use std::collections::BTreeMap;

use diesel::prelude::*;

use crate::Result;
use crate::models::enrichment::TransactionEnrichmentSource;
use crate::types::{EnrichmentSourceType, TrueLayerTransactionId, UserId};

/// One line about the sources of a transaction of the owner, as
/// `Amazon Products: Desk lamp | Email Receipt: Your order`, in the order of
/// [`TransactionEnrichmentSource::list_for_transaction`]; descriptions are taken as they are. `None` without sources.
///
/// Takes over `get_llm_enrichment_context`.
pub fn llm_context(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    transaction: TrueLayerTransactionId,
) -> Result<Option<String>> {
    let sources = TransactionEnrichmentSource::list_for_transaction(conn, owner, transaction)?;
    Ok((!sources.is_empty()).then(|| line(&sources)))
}

/// The lines of [`llm_context`] for many transactions. A transaction without sources is not in the answer.
///
/// Takes over `get_batch_llm_enrichment_context`.
pub fn llm_contexts(
    conn: &mut PgConnection,
    owner: impl Into<Option<UserId>>,
    transactions: &[TrueLayerTransactionId],
) -> Result<BTreeMap<TrueLayerTransactionId, String>> {
    let sources = TransactionEnrichmentSource::list_for_transactions(conn, owner, transactions)?;
    Ok(sources
        .into_iter()
        .map(|(transaction, sources)| (transaction, line(&sources)))
        .collect())
}

fn line(sources: &[TransactionEnrichmentSource]) -> String {
    let pieces: Vec<String> = sources
        .iter()
        .map(|source| format!("{}: {}", label(source.source_type), source.description))
        .collect();
    pieces.join(" | ")
}

fn label(source_type: EnrichmentSourceType) -> &'static str {
    match source_type {
        EnrichmentSourceType::Amazon => "Amazon Products",
        EnrichmentSourceType::AmazonBusiness => "Amazon Business",
        EnrichmentSourceType::Apple => "Apple/App Store",
        EnrichmentSourceType::Gmail => "Email Receipt",
        EnrichmentSourceType::Manual => "Manual",
        EnrichmentSourceType::AmazonFresh => "Details",
    }
}
