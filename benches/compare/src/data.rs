//! What the work is done on, all of it from the seed.

pub mod bank_export;
pub mod order_history;
mod random;

pub use random::Random;

/// A household's transactions with enrichments and sources. Takes `{size}` and `{seed}`.
pub const LEDGER: &str = include_str!("data/ledger.sql");

/// Payments to Apple and purchases. Takes `{size}` and `{seed}`.
pub const APPLE: &str = include_str!("data/apple.sql");

/// Payments to Amazon, their orders, matched, and what was sent back. Takes `{size}`.
pub const RETURNS: &str = include_str!("data/returns.sql");

/// Transactions that have no status yet. Takes `{size}` and `{seed}`.
pub const STATUSES: &str = include_str!("data/statuses.sql");

/// Payments to Amazon and orders, shared with the Criterion bench. Takes `{transactions}`, `{amounts}` and `{days}`.
pub const AMAZON: &str = include_str!("../../matching/fill.sql");

/// Receipts and payments, shared with the Criterion bench. Takes `RECEIPTS`.
pub const GMAIL: &str = include_str!("../../gmail/fill.sql");

/// Transactions and 1,000 rules, shared with the Criterion bench. Takes `{transactions}`.
pub const RULES: &str = include_str!("../../rules/fill.sql");
