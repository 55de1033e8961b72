//! What crosses tables, a file a job.

pub mod enrichment_jobs;
pub mod import_jobs;
