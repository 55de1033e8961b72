//! App Store purchases and the payments they are matched to.

mod matched_transaction;
mod transaction;
mod transaction_match;

pub use matched_transaction::MatchedAppleTransaction;
pub use transaction::{AppleTransaction, AppleTransactionChanges, NewAppleTransaction};
pub use transaction_match::{
    AppleTransactionMatch, AppleTransactionMatchChanges, NewAppleTransactionMatch,
};
