//! `core`: categories, account names, enrichment, Huqúqu'lláh, users.

mod account_mappings;
mod categories;
mod classification;
mod classification_summary;
mod enrichment;
mod enrichment_cache;
mod enrichment_failures;
mod household;
mod keywords;
mod merchants;
mod security_events;
mod transactions;
mod users;

use serde_json::Value;
use spending_db::compat::Failure;

use super::call;

/// The argument that a call was refused for.
fn refused_argument(outcome: Result<Value, Failure>) -> Value {
    let failure = outcome.unwrap_err();
    assert_eq!(failure.code, -32602, "{failure:?}");
    failure.data["argument"].clone()
}
