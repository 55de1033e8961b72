//! The integration tests: one binary, a module a domain.
#![allow(clippy::unwrap_used)]

mod config;
mod database;
mod migrations;
mod models;
mod schema;
mod server;
mod support;
