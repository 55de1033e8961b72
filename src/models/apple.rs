//! App Store purchases and the payments they are matched to.

mod transaction;
mod transaction_match;

pub use transaction::{AppleTransaction, AppleTransactionChanges, NewAppleTransaction};
pub use transaction_match::{
    AppleTransactionMatch, AppleTransactionMatchChanges, NewAppleTransactionMatch,
};
