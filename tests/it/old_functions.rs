//! What the old functions got wrong and the crate gets right, a module a file of the reference.

mod amazon_apple;
mod core;
mod enrichment;
mod gmail;
mod gmail_parsing;
mod indexes;
mod rules;
mod truelayer;

use std::borrow::Borrow;

use diesel::PgConnection;
use serde_json::Value;
use serde_json::value::to_raw_value;
use spending_db::compat::{self, Failure, Style};

/// Calls an old function by its name.
fn call(
    conn: &mut PgConnection,
    name: &str,
    arguments: impl Borrow<Value>,
) -> Result<Value, Failure> {
    let arguments = to_raw_value(arguments.borrow()).unwrap();
    let function = compat::function(name).unwrap_or_else(|| panic!("there is no {name}"));
    let answer = function.call(conn, Some(&arguments))?;
    Ok(answer.into_json(Style::Plain))
}
