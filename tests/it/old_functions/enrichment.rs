//! Sources, own categories, statuses, rules, what waits for enrichment.

mod categories;
mod concurrency;
mod details;
mod fixtures;
mod locks;
mod required;
mod rules;
mod sources;
mod spending;
mod statuses;
