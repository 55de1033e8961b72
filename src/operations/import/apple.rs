//! Importing App Store purchases.

mod transactions;

pub use transactions::store_transactions;
