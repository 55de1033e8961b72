//! The rules engine: what category rules, merchant normalisations and mappings of direct debits say of bank transactions.
//!
//! One engine gives all answers: trying a pattern ([`test_pattern`]), trying all rules ([`review`]) and applying them
//! ([`apply`]). It compiles the patterns once, reads the transactions once, row by row, and keeps in memory what it found,
//! not what it read.
//!
//! A pattern `contains`, `starts_with` or `exact` is compared with the description, both in upper case; white space and
//! wildcards mean themselves. A `regex` is searched in the description as both are written, ignoring case; one that does
//! not compile (from before it was refused), or any other kind of pattern, fits nothing. Rules are tried by priority, the
//! greatest first, then by id.
//!
//! [`apply`] writes as all [enrichment](super::enrichment) does. [`replace_enrichments`] and [`apply_mappings`] do what the
//! old functions did: they write the enrichment in `metadata` and nothing else, so that `category_id`, `subcategory_id`,
//! `transaction_category` and the counts of uses stay, and lists by category and lists by enrichment may differ afterwards.
//! A caller that caches lists of transactions drops them after either.

mod apply;
mod changes;
mod direct_debits;
mod matcher;
mod pattern;
mod pattern_test;
mod payee;
mod percentage;
mod replace;
mod review;
mod rulebook;
mod statistics;
mod uses;

pub use apply::{Application, apply};
pub use direct_debits::{DirectDebitPayee, NewPayee, apply_mappings, list_payees, new_payees};
pub use pattern::{check_pattern, split_pattern};
pub use pattern_test::{PatternTest, SampleTransaction, test_pattern};
pub use replace::replace_enrichments;
pub use review::{Conflict, Review, RuleId, review};
pub(in crate::operations) use rulebook::Rulebook;
pub use statistics::{RuleStatistics, RuleUse, statistics};
pub(in crate::operations) use uses::Uses;
