//! The integration tests: one binary, a module a domain.
#![allow(clippy::unwrap_used)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "values are made for the call"
)]

mod advisor;
mod adoption;
mod adoption_variants;
mod catalog;
mod cli_import;
mod cli_match;
mod config;
mod database;
mod doctor;
mod enrich;
mod golden;
mod household;
mod import_amazon;
mod import_apple;
mod import_memory;
mod import_truelayer;
mod jobs;
mod match_amazon;
mod match_apple;
mod match_business;
mod match_clearing;
mod match_gmail;
mod match_jobs;
mod match_returns;
mod migrating;
mod migrations;
mod models;
mod old_database;
mod old_functions;
mod pooler;
mod replica;
mod report;
mod round_trips;
mod postgres_versions;
mod rollback;
mod rpc;
mod rules_commands;
mod schema;
mod secrets;
mod server;
mod side_by_side;
mod support;
