//! The integration tests: one binary, a module a domain.
#![allow(clippy::unwrap_used)]

mod old_functions;
mod server;
mod support;
