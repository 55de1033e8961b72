//! The old functions under their old names, for callers that speak JSON.
//!
//! Each is a small adapter: JSON arguments to a typed operation, its answer back to the old keys. `docs/MIGRATING.md`
//! says for each which operation takes it over and what is different. [`rpc`] serves them line by line.
//!
//! Where an old function knew no owner, the adapter asks for everyone's rows, as it did.

pub mod rpc;

mod amazon;
mod answer;
mod apple;
mod arguments;
mod columns;
mod core;
mod enrichment;
mod enrichment_argument;
mod failure;
mod function;
mod given;
mod gmail;
mod gmail_parsing;
mod imported;
mod object;
mod printed;
mod rules;
mod truelayer;

use std::collections::HashMap;
use std::sync::LazyLock;

pub use answer::{Answer, Style};
pub use failure::Failure;
pub use function::{Function, Parameter, Shape};

use crate::{Error, Result};

/// The old functions, by domain and in the old order.
const DOMAINS: &[&[Function]] = &[
    core::FUNCTIONS,
    truelayer::connections::FUNCTIONS,
    truelayer::transactions::FUNCTIONS,
    truelayer::events::FUNCTIONS,
    truelayer::cards::FUNCTIONS,
    truelayer::authorisation::FUNCTIONS,
    truelayer::jobs::FUNCTIONS,
    enrichment::sources::FUNCTIONS,
    enrichment::categories::FUNCTIONS,
    enrichment::statuses::FUNCTIONS,
    enrichment::rules::FUNCTIONS,
    enrichment::required::FUNCTIONS,
    gmail::connections::FUNCTIONS,
    gmail::authorisation::FUNCTIONS,
    gmail::receipts::FUNCTIONS,
    gmail::mails::FUNCTIONS,
    gmail::matches::FUNCTIONS,
    gmail::jobs::FUNCTIONS,
    gmail_parsing::senders::FUNCTIONS,
    gmail_parsing::receipts::FUNCTIONS,
    gmail_parsing::llm::FUNCTIONS,
    gmail_parsing::merchants::FUNCTIONS,
    gmail_parsing::attachments::FUNCTIONS,
    gmail_parsing::reports::FUNCTIONS,
    amazon::orders::FUNCTIONS,
    amazon::returns::FUNCTIONS,
    amazon::business::FUNCTIONS,
    amazon::business_connections::FUNCTIONS,
    apple::FUNCTIONS,
    rules::matching_jobs::FUNCTIONS,
    rules::direct_debits::FUNCTIONS,
    rules::engine::FUNCTIONS,
    rules::categories::FUNCTIONS,
    rules::subcategories::FUNCTIONS,
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

/// The row if it was there: the answer of old functions that look for one.
fn optional<T>(row: Result<T>) -> Result<Option<T>> {
    match row {
        Err(Error::NotFound) => Ok(None),
        row => row.map(Some),
    }
}

/// Whether a match was stored: false where the transaction or the purchase is not there, or the confidence not 0 to 100.
fn matched(stored: Result<()>) -> Result<bool> {
    match stored {
        Err(Error::InvalidInput { field, .. }) if field == "confidence" => Ok(false),
        stored => found(stored),
    }
}

/// Whether the row was there: the answer of old functions that change or delete one.
fn found<T>(row: Result<T>) -> Result<bool> {
    optional(row).map(|row| row.is_some())
}
