//! What crosses tables: importing, matching, reporting. One file a job.

pub mod enrichment_jobs;
pub mod flat_categories;
pub mod import;
pub mod import_jobs;
pub mod matching;
pub mod pre_enrichment;
pub mod report;
