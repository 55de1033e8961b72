//! Enriching transactions without a language model.

use serde::{Deserialize, Serialize};

use crate::Result;
use crate::jobs::{Context, Job, Mode, Watch};
use crate::operations::enrichment::{
    EnrichmentOptions, EnrichmentProgress, EnrichmentRun, EnrichmentState, KeywordEnricher, enrich,
};
use crate::types::UserId;

/// Enriches the transactions of a user that wait for it, by rules, the cache and the built-in words; see [`enrich`]. Who asks a
/// language model has a kind of job of its own, with its own [`Enricher`](crate::operations::enrichment::Enricher).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Enrich {
    /// Whose.
    pub user: UserId,
    /// At most so many, the newest; without: all.
    #[serde(default)]
    pub limit: Option<u32>,
}

impl Job for Enrich {
    const KIND: &'static str = "enrich";
    const MODE: Mode = Mode::Steps;
    type Output = EnrichmentRun;

    fn unique_key(&self) -> Option<String> {
        Some(format!("enrich for user {}", self.user.0))
    }

    fn user(&self) -> Option<UserId> {
        Some(self.user)
    }

    fn run(&self, context: &mut Context<'_>) -> Result<EnrichmentRun> {
        let options = EnrichmentOptions {
            limit: self.limit,
            ..EnrichmentOptions::default()
        };
        let enricher = KeywordEnricher::load(&mut *context.database().conn()?)?;
        let watching = Watching(context.watch());
        let run = enrich(
            context.database(),
            self.user,
            &enricher,
            &options,
            &watching,
        )?;
        context.check()?;
        Ok(run)
    }
}

struct Watching(Watch);

impl EnrichmentProgress for Watching {
    fn advanced(&self, state: &EnrichmentState) {
        let count = |number: i64| u64::try_from(number).unwrap_or_default();
        self.0
            .progress(count(state.current), Some(count(state.total)));
    }

    fn goes_on(&self) -> bool {
        self.0.check().is_ok()
    }
}
