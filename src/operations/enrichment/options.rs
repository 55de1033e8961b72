//! [`EnrichmentOptions`]: which transactions are enriched, and how.

use std::time::Duration;

use crate::config::Environment;
use crate::types::{TransactionType, TrueLayerImportJobId, TrueLayerTransactionId};
use crate::{Error, Result};

/// Which transactions are enriched, and how. The default: all that wait, as the old application did it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnrichmentOptions {
    /// Only these.
    pub transactions: Option<Vec<TrueLayerTransactionId>>,
    /// Only one direction.
    pub direction: Option<TransactionType>,
    /// At most so many, the newest.
    pub limit: Option<u32>,
    /// Also what is enriched already or does not wait, anew. What a person set stays, and the cache still answers.
    pub force: bool,
    /// What failed is tried at once, however often and recently it did.
    pub retry_failed: bool,
    /// The import that asked for it, for the job's row.
    pub import_job: Option<TrueLayerImportJobId>,
    /// So many requests at once, whatever the provider allows (`LLM_BATCH_SIZE`).
    pub batch_size: Option<usize>,
    /// So many requests at once, if the provider allows it (`LLM_BATCH_SIZE_INITIAL`).
    pub initial_batch_size: usize,
    /// How often a batch is asked in all where its failure is temporary.
    pub attempts: u32,
    /// How long is waited before the second attempt; twice as long before each further one, and up to a half more.
    pub backoff: Duration,
    /// A later run tries a failed transaction again after so long; twice as long after each further failure.
    pub retry_after: Duration,
    /// Later runs try a failed transaction again so often.
    pub most_retries: u32,
    /// How long a question stays reserved for a worker that gives no sign of life.
    pub lease: Duration,
}

impl Default for EnrichmentOptions {
    fn default() -> Self {
        Self {
            transactions: None,
            direction: None,
            limit: None,
            force: false,
            retry_failed: false,
            import_job: None,
            batch_size: None,
            initial_batch_size: 10,
            attempts: 3,
            backoff: Duration::from_secs(1),
            retry_after: Duration::from_secs(60),
            most_retries: 5,
            lease: Duration::from_secs(30),
        }
    }
}

impl EnrichmentOptions {
    /// The default with the batch sizes of `LLM_BATCH_SIZE` and `LLM_BATCH_SIZE_INITIAL`.
    ///
    /// [`Error::Config`] where one is no number above zero.
    pub fn from_environment(environment: &Environment) -> Result<Self> {
        let default = Self::default();
        Ok(Self {
            batch_size: size(environment, "LLM_BATCH_SIZE")?,
            initial_batch_size: size(environment, "LLM_BATCH_SIZE_INITIAL")?
                .unwrap_or(default.initial_batch_size),
            ..default
        })
    }
}

fn size(environment: &Environment, variable: &str) -> Result<Option<usize>> {
    let Some(value) = environment.get(variable) else {
        return Ok(None);
    };
    let size = value.trim().parse().ok().filter(|size| *size > 0);
    size.map(Some).ok_or_else(|| Error::Config {
        variable: variable.to_owned(),
        reason: format!("{value:?} is no number above zero"),
    })
}
