//! What crosses tables: importing, matching, reporting. One file a job.

pub mod flat_categories;
