//! Who watches an enrichment.

use serde::Serialize;

use super::Usage;

/// Hears how an enrichment gets on, and may end it.
pub trait EnrichmentProgress: Sync {
    /// So far it has got; called after each batch that is stored.
    fn advanced(&self, _state: &EnrichmentState) {}

    /// Whether to go on; asked before each batch. What is stored stays, the rest goes on waiting.
    fn goes_on(&self) -> bool {
        true
    }
}

/// Nobody watches.
impl EnrichmentProgress for () {}

/// How far an enrichment has got.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct EnrichmentState {
    /// Transactions that are done with, enriched or not.
    pub current: i64,
    /// Transactions that waited at the start.
    pub total: i64,
    /// Enriched by a rule.
    pub by_rules: i64,
    /// Enriched by the cache.
    pub by_cache: i64,
    /// Enriched by the enricher.
    pub by_enricher: i64,
    /// Transactions that the enricher failed at.
    pub failed: i64,
    /// Batches that the enricher was asked, attempts again left out.
    pub batches: i64,
    /// What the enricher took, for failures too.
    pub usage: Usage,
}

impl EnrichmentState {
    /// Enriched, however.
    pub const fn successful(&self) -> i64 {
        self.by_rules + self.by_cache + self.by_enricher
    }
}
