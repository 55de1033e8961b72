//! What crosses tables: importing, matching, reporting. One file a job.

pub mod categories;
pub mod category_spending;
pub mod custom_categories;
pub mod enrichment_jobs;
pub mod enrichment_sources;
pub mod flat_categories;
pub mod import;
pub mod import_jobs;
pub mod matching;
pub mod pre_enrichment;
pub mod pre_enrichment_status;
pub mod report;
pub mod rules;
