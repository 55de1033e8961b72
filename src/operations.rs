//! What crosses tables: one file a job.

pub mod category_spending;
pub mod custom_categories;
pub mod enrichment_sources;
pub mod pre_enrichment_status;
