//! Enriching transactions: by rules, by the cache, by an enricher.

mod commands;
mod concurrency;
mod costs;
mod failures;
mod home;
mod huququllah;
mod order;
mod questions;
mod seeds;
mod writer;
