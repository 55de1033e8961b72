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

use diesel::PgConnection;
use serde_json::Value;
use serde_json::value::to_raw_value;
use spending_db::compat::{self, Failure, Style};

/// Calls an old function by its name.
fn call(conn: &mut PgConnection, name: &str, params: &Value) -> Result<Value, Failure> {
    let params = to_raw_value(params).unwrap();
    compat::function(name)
        .unwrap()
        .call(conn, Some(&params))
        .map(|answer| answer.into_json(Style::Plain))
}

/// The argument that a call was refused for.
fn refused_argument(outcome: Result<Value, Failure>) -> Value {
    let failure = outcome.unwrap_err();
    assert_eq!(failure.code, -32602, "{failure:?}");
    failure.data["argument"].clone()
}
