//! The integration tests: one binary, a module a domain.
#![allow(clippy::unwrap_used)]

mod golden;
mod migrating;
mod old_functions;
mod rpc;
mod server;
mod support;
