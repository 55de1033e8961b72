//! The integration tests: one binary, a module a domain.
#![allow(clippy::unwrap_used)]

mod cli_import;
mod household;
mod import_amazon;
mod import_truelayer;
mod match_amazon;
mod report;
mod server;
mod support;
