//! The integration tests: one binary, a module a domain.
#![allow(clippy::unwrap_used)]

mod models;
mod schema;
mod server;
mod support;
