//! What crosses tables: importing, matching, reporting. One file a job.

pub mod amazon_business;
pub mod amazon_orders;
pub mod amazon_returns;
pub mod apple_purchases;
pub mod categories;
pub mod categoriser;
pub mod category_spending;
mod currency_totals;
pub mod custom_categories;
pub mod enrichment;
pub mod enrichment_jobs;
pub mod enrichment_sources;
pub mod flat_categories;
pub mod gmail;
pub mod huququllah;
pub mod import;
pub mod import_jobs;
pub mod matched_purchases;
pub mod matching;
pub mod merchant_name;
pub mod pre_enrichment;
pub mod pre_enrichment_status;
pub mod recategorisation;
pub mod receipt_cleanup;
pub mod receipt_merchants;
pub mod report;
pub mod rules;
#[cfg(feature = "secrets")]
pub mod secrets;
pub mod seed;
pub mod source_coverage;
pub mod stale_jobs;
