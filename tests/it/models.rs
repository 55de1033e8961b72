//! The models: a file a domain for what every table keeps, and a file a question that all of them answer.

mod amazon;
mod amazon_business;
mod apple;
mod cards;
mod checks;
mod core;
mod enrichment;
mod gmail;
mod gmail_parsing;
mod gmail_receipts;
mod legacy;
mod owners;
mod queries;
mod references;
mod rules;
mod secrets;
mod streaming;
mod system;
mod truelayer;
mod truelayer_jobs;
mod uniqueness;
mod values;
mod words;
