//! The old functions under their old names, for callers that speak JSON.
//!
//! Each is a small adapter: JSON arguments to a typed operation, its answer back to the old keys. `docs/MIGRATING.md`
//! says for each which operation takes it over and what is different. [`rpc`] serves them line by line.
//!
//! Where an old function knew no owner, the adapter asks for everyone's rows, as it did.

pub mod rpc;

mod answer;
mod arguments;
mod columns;
mod core;
mod enrichment;
mod failure;
mod function;
mod given;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use answer::{Answer, Style};
pub use failure::Failure;
pub use function::{Function, Parameter};

use crate::{Error, Result};

/// The old functions, by domain and in the old order.
const DOMAINS: &[&[Function]] = &[
    core::FUNCTIONS,
    enrichment::sources::FUNCTIONS,
    enrichment::categories::FUNCTIONS,
    enrichment::statuses::FUNCTIONS,
    enrichment::rules::FUNCTIONS,
    enrichment::required::FUNCTIONS,
];

static BY_NAME: LazyLock<HashMap<&'static str, &'static Function>> = LazyLock::new(|| {
    functions()
        .map(|function| (function.name, function))
        .collect()
});

/// All old functions that have an adapter.
pub fn functions() -> impl Iterator<Item = &'static Function> {
    DOMAINS.iter().copied().flatten()
}

/// The old function of this name.
pub fn function(name: &str) -> Option<&'static Function> {
    BY_NAME.get(name).copied()
}

/// Whether the row was there: the answer of old functions that change or delete one.
fn found<T>(row: Result<T>) -> Result<bool> {
    match row {
        Ok(_) => Ok(true),
        Err(Error::NotFound) => Ok(false),
        Err(error) => Err(error),
    }
}
