//! How many transactions a language model is asked about at once.

use super::{Enricher, EnrichmentOptions};

/// The most that a model of an `opus` kind is asked at once is half of what its provider takes, but not less than this.
const LEAST_OF_OPUS: usize = 5;

/// The most requests that a provider takes well at once, where that is known.
pub fn largest_batch(provider: &str) -> Option<usize> {
    match provider.to_lowercase().as_str() {
        "anthropic" => Some(20),
        "openai" => Some(15),
        "deepseek" => Some(25),
        "google" | "ollama" => Some(5),
        _ => None,
    }
}

/// How many requests an enricher gets at once: what the options demand; else what they start with or the enricher wants,
/// within what its provider takes, and for a model named `opus` half of that, but at least 5. Never more than there are
/// transactions, and at least 1.
pub fn batch_size(
    options: &EnrichmentOptions,
    enricher: &dyn Enricher,
    transactions: usize,
) -> usize {
    let size = options.batch_size.unwrap_or_else(|| {
        let wanted = enricher.batch_size().unwrap_or(options.initial_batch_size);
        let most = largest_batch(enricher.provider()).unwrap_or(usize::MAX);
        let size = wanted.min(most);
        if enricher.model().to_lowercase().contains("opus") {
            (size / 2).max(LEAST_OF_OPUS)
        } else {
            size
        }
    });
    size.min(transactions).max(1)
}

#[cfg(test)]
mod tests {
    use super::super::{EnrichmentFailure, EnrichmentOutcome, EnrichmentRequest};
    use super::*;

    struct Model(&'static str, &'static str);

    impl Enricher for Model {
        fn provider(&self) -> &str {
            self.0
        }

        fn model(&self) -> &str {
            self.1
        }

        fn enrich(
            &self,
            _: &[EnrichmentRequest],
        ) -> Result<Vec<EnrichmentOutcome>, EnrichmentFailure> {
            Err(EnrichmentFailure::lasting("never asked"))
        }
    }

    #[test]
    fn providers_cap_what_the_options_start_with() {
        let size = |provider, model, initial, transactions| {
            let options = EnrichmentOptions {
                initial_batch_size: initial,
                ..EnrichmentOptions::default()
            };
            batch_size(&options, &Model(provider, model), transactions)
        };
        assert_eq!(size("anthropic", "sonnet", 10, 100), 10);
        assert_eq!(size("Anthropic", "sonnet", 50, 100), 20);
        assert_eq!(size("anthropic", "claude-Opus-4", 50, 100), 10);
        assert_eq!(size("anthropic", "opus", 8, 100), 5);
        assert_eq!(size("openai", "gpt", 50, 100), 15);
        assert_eq!(size("google", "gemini", 50, 100), 5);
        assert_eq!(size("deepseek", "chat", 50, 100), 25);
        assert_eq!(size("ollama", "llama", 50, 100), 5);
        assert_eq!(size("mine", "own", 50, 100), 50);
        assert_eq!(size("mine", "own", 50, 3), 3);
        assert_eq!(size("mine", "own", 50, 0), 1);
    }

    #[test]
    fn what_is_demanded_goes_before_the_caps() {
        let options = EnrichmentOptions {
            batch_size: Some(40),
            ..EnrichmentOptions::default()
        };
        assert_eq!(batch_size(&options, &Model("google", "opus"), 100), 40);
        assert_eq!(batch_size(&options, &Model("google", "opus"), 7), 7);
    }
}
