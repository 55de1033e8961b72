//! The integration tests: one binary, a module a domain.
#![allow(clippy::unwrap_used)]

mod cli_import;
mod config;
mod database;
mod household;
mod import_amazon;
mod import_truelayer;
mod match_amazon;
mod migrations;
mod models;
mod report;
mod schema;
mod server;
mod support;
