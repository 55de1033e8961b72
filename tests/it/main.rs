//! The integration tests: one binary, a module a domain.
#![allow(clippy::unwrap_used)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "values are made for the call"
)]

mod catalog;
mod cli_import;
mod config;
mod database;
mod golden;
mod household;
mod import_amazon;
mod import_truelayer;
mod match_amazon;
mod migrating;
mod migrations;
mod models;
mod old_functions;
mod report;
mod rpc;
mod schema;
mod server;
mod support;
