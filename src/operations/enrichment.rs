//! Enrichment: category, merchant and the like for bank transactions, by rules, by the cache and by an [`Enricher`].
//!
//! [`enrich`] takes the transactions of a user that wait for it. For each the rules come first, then the cache, then the
//! enricher, which is asked in batches while no transaction of the database is open. What it answers is stored at once,
//! with what it cost; what it fails at is noted and tried again later.
//!
//! # One writer
//! Rules, cache and enricher write through one statement. It sets `metadata.enrichment` (and no other member of the
//! metadata), `transaction_category`, `merchant_name`, `category_id` and `subcategory_id` where managed categories have the
//! names, and that the transaction waits no longer. What a person set is kept: a transaction is a person's where its
//! enrichment says `manual`, or where it has a managed category or subcategory that its enrichment does not name.
//!
//! # Many workers
//! Any number of threads and processes may enrich at once. Rows that one of them works on are passed over by the others.
//! A question is what an enricher is told of a transaction: description, direction and what purchases explain it. Before it
//! is asked it is reserved in `enrichment_cache`, under a lease that the asking worker renews; others wait for the answer.
//! So a question is paid once. The lease of a worker that died runs out, and the next one asks. A crash leaves nothing
//! half-done: a transaction is enriched or still waits.

mod ask;
mod batch_size;
mod cache;
mod claim;
mod enricher;
mod estimate;
mod failures;
mod job;
mod keywords;
mod options;
mod pending;
mod progress;
mod run;
mod settle;
mod store;
mod store_answers;

pub use batch_size::{batch_size, largest_batch};
pub use enricher::{
    Enricher, EnrichmentAnswer, EnrichmentFailure, EnrichmentOutcome, EnrichmentRequest,
    MatchedSource, MerchantHint, Usage,
};
pub use estimate::{Estimate, TokenPrice, estimate};
pub use keywords::KeywordEnricher;
pub use options::EnrichmentOptions;
pub use pending::{PendingEnrichment, pending, users_waiting};
pub use progress::{EnrichmentProgress, EnrichmentState};
pub use run::{EnrichmentRun, enrich};
pub use store::set_by_hand;
pub(in crate::operations) use store::{Over, Told, Writer, lock_categories};
