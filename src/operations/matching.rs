//! Matching bank transactions to what explains them.
//!
//! Orders, returns and purchases have no owner: they are matched once overall, whoever's transactions they explain. What is
//! matched stays as it is until it is cleared, also where a better candidate comes later, so that a person's confirmation
//! is never lost.

pub mod amazon;
pub mod amazon_business;
pub mod apple;
mod assignment;
mod batches;
pub mod gmail;
mod lock;
mod purchases;
pub mod returns;
mod run;
mod store;
mod vendor;

pub use batches::Progress;
pub use purchases::{PurchaseMatch, PurchaseMatches};
pub use run::{Found, Matcher, MatcherRun, MatchingTotals, UnifiedRun, run, run_all, run_job};

/// The words that say Amazon.
const AMAZON: [&str; 2] = ["AMAZON", "AMZN"];
