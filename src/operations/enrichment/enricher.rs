//! [`Enricher`]: who is asked what a transaction is.

use std::ops::AddAssign;

use bigdecimal::BigDecimal;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::types::{Enrichment, EnrichmentSourceType, TransactionType};

/// Says what transactions are: a language model, a rule, a test. The caller of [`enrich`](super::enrich) brings it.
pub trait Enricher: Sync {
    /// Who runs the model, as `anthropic`; sets how large a batch may be.
    fn provider(&self) -> &str;

    /// The model.
    fn model(&self) -> &str;

    /// Answers a batch: one outcome a request, in their order. An error is the failure of all.
    ///
    /// It is called while no transaction of the database is open, and may take its time. A panic counts as a failure of the
    /// batch.
    fn enrich(
        &self,
        requests: &[EnrichmentRequest],
    ) -> Result<Vec<EnrichmentOutcome>, EnrichmentFailure>;

    /// The word in `llm_provider` and `enrichment_source` of what it enriched.
    fn source(&self) -> &'static str {
        "llm"
    }

    /// Whether an answer costs something: then it is kept in the cache, and the same question is never asked twice.
    fn is_cached(&self) -> bool {
        true
    }

    /// How many requests it wants at once, in the place of what the options start with.
    fn batch_size(&self) -> Option<usize> {
        None
    }
}

/// What is told of a transaction. Never its amount.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EnrichmentRequest {
    /// The bank's text.
    pub description: String,
    /// Whether money came in or went out.
    pub direction: TransactionType,
    /// When it was made.
    pub timestamp: DateTime<Utc>,
    /// The bank's merchant.
    pub merchant_name: Option<String>,
    /// What a merchant normalisation knows.
    pub hint: Option<MerchantHint>,
    /// The purchases that explain it, the primary one first.
    pub sources: Vec<MatchedSource>,
}

/// What a merchant normalisation says of a description that no category rule fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct MerchantHint {
    /// The clean name.
    pub name: String,
    /// Kind of shop.
    pub merchant_type: Option<String>,
    /// Name of the category that it mostly is.
    pub category: Option<String>,
}

/// A purchase that explains a transaction: what Amazon, Apple or a mail told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MatchedSource {
    /// Where it comes from.
    pub source_type: EnrichmentSourceType,
    /// The products, or what else the source tells.
    pub description: String,
}

/// What an enricher makes of one request.
pub type EnrichmentOutcome = Result<EnrichmentAnswer, EnrichmentFailure>;

/// An answer and what it cost.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrichmentAnswer {
    /// What the transaction is. `llm_provider` and `llm_model` are those of the enricher where they are `None`.
    pub enrichment: Enrichment,
    /// What it took.
    pub usage: Usage,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrichmentFailure {
    /// For people; its first 500 characters are kept.
    pub message: String,
    /// Whether it may go better in a moment, as after too many requests.
    pub is_temporary: bool,
    /// What it took all the same.
    pub usage: Usage,
}

/// Tokens and money.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Usage {
    /// Tokens sent.
    pub input_tokens: i64,
    /// Tokens received.
    pub output_tokens: i64,
    /// US dollars.
    pub cost: BigDecimal,
}

impl EnrichmentFailure {
    /// A failure that may go better in a moment and cost nothing.
    pub fn temporary(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            is_temporary: true,
            usage: Usage::default(),
        }
    }

    /// A failure that would come again and cost nothing.
    pub fn lasting(message: impl Into<String>) -> Self {
        Self {
            is_temporary: false,
            ..Self::temporary(message)
        }
    }
}

impl Usage {
    /// Tokens sent and received.
    pub const fn tokens(&self) -> i64 {
        self.input_tokens.saturating_add(self.output_tokens)
    }
}

impl AddAssign<&Self> for Usage {
    fn add_assign(&mut self, other: &Self) {
        self.input_tokens = self.input_tokens.saturating_add(other.input_tokens);
        self.output_tokens = self.output_tokens.saturating_add(other.output_tokens);
        self.cost += &other.cost;
    }
}
