//! The integration tests: one binary, a module a domain.
#![allow(clippy::unwrap_used)]
#![allow(
    clippy::needless_pass_by_value,
    reason = "values are made for the call"
)]

mod adoption;
mod adoption_variants;
mod advisor;
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
mod postgres_versions;
mod replica;
mod report;
mod rollback;
mod round_trips;
mod rpc;
mod rules_commands;
mod schema;
mod secrets;
mod server;
mod side_by_side;
mod support;
