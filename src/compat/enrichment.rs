//! The functions of `enrichment`: sources, own categories, statuses, rules, what waits for enrichment.

pub(super) mod categories;
pub(super) mod required;
pub(super) mod rules;
pub(super) mod sources;
pub(super) mod statuses;
