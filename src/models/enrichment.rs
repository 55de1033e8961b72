//! What explains a bank transaction.

mod enrichment_cache;
mod llm_enrichment_failure;
mod transaction_enrichment_source;

pub(crate) use enrichment_cache::RESERVED;
pub use enrichment_cache::{EnrichmentCache, EnrichmentCacheChanges, NewEnrichmentCache};
pub use llm_enrichment_failure::{
    LlmEnrichmentFailure, LlmEnrichmentFailureChanges, NewLlmEnrichmentFailure,
};
pub use transaction_enrichment_source::{
    NewTransactionEnrichmentSource, TransactionEnrichmentSource, TransactionEnrichmentSourceChanges,
};
