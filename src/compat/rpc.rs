//! JSON-RPC 2.0 over lines: one request a line in, one answer a line out.
//!
//! A line holds a request, a notification (no `id`: carried out, not answered) or a batch of both. `params` is an object
//! by name or an array by place. `rpc.methods` lists the functions with their parameters. With `"typed": true` beside
//! `params`, decimals, times and days of the answer name their type; see [`Style`]. Requests are carried out one after
//! the other, each in a transaction of its own where it changes more than one row.
//!
//! A line that cannot be read is answered with an error and does not end the service; the end of the input does.

use std::io::{BufRead, Write};

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::answer::Style;
use super::failure::{Failure, INTERNAL_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, PARSE_ERROR};
use super::{function, functions};
use crate::database::Database;

/// Serves requests from `input` until it ends, with the connections of `database`.
pub fn serve(
    database: &Database,
    input: impl BufRead,
    mut output: impl Write,
) -> std::io::Result<()> {
    for line in input.split(b'\n') {
        if let Some(answer) = answer_line(database, &line?) {
            serde_json::to_writer(&mut output, &answer)?;
            output.write_all(b"\n")?;
            output.flush()?;
        }
    }
    Ok(())
}

/// The answer to one line; `None` where there is nothing to answer.
pub fn answer_line(database: &Database, line: &[u8]) -> Option<Value> {
    if line.trim_ascii().is_empty() {
        return None;
    }
    let request: Box<RawValue> = match serde_json::from_slice(line) {
        Ok(request) => request,
        Err(error) => {
            return Some(failed(
                &Value::Null,
                Failure::new(PARSE_ERROR, "parse", error.to_string()),
            ));
        }
    };
    if !request.get().starts_with('[') {
        return answer_request(database, &request);
    }
    let requests: Vec<Box<RawValue>> = serde_json::from_str(request.get()).unwrap_or_default();
    if requests.is_empty() {
        return Some(failed(&Value::Null, invalid_request("an empty batch")));
    }
    let answers: Vec<Value> = requests
        .iter()
        .filter_map(|request| answer_request(database, request))
        .collect();
    (!answers.is_empty()).then_some(Value::Array(answers))
}

#[derive(Deserialize)]
struct Request<'a> {
    jsonrpc: String,
    #[serde(borrow)]
    method: &'a RawValue,
    #[serde(borrow, default)]
    params: Option<&'a RawValue>,
    /// Outer `None`: a notification.
    #[serde(default, deserialize_with = "present")]
    id: Option<Value>,
    #[serde(default)]
    typed: bool,
}

/// Tells an `id` that is null from one that is missing.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<Value>, D::Error> {
    Value::deserialize(deserializer).map(Some)
}

fn answer_request(database: &Database, request: &RawValue) -> Option<Value> {
    let request: Request<'_> = match serde_json::from_str(request.get()) {
        Ok(request) => request,
        Err(error) => return Some(failed(&id_of(request), invalid_request(&error.to_string()))),
    };
    let Some(id) = request.id.clone() else {
        if let Err(failure) = call(database, &request) {
            tracing::warn!(
                code = failure.code,
                message = failure.message,
                "a notification failed"
            );
        }
        return None;
    };
    if !(id.is_null() || id.is_string() || id.is_number()) {
        return Some(failed(
            &Value::Null,
            invalid_request("an id is a text, a number or null"),
        ));
    }
    Some(match call(database, &request) {
        Ok(result) => json!({"jsonrpc": "2.0", "id": id, "result": result}),
        Err(failure) => failed(&id, failure),
    })
}

fn call(database: &Database, request: &Request<'_>) -> Result<Value, Failure> {
    let style = if request.typed {
        Style::Typed
    } else {
        Style::Plain
    };
    if request.jsonrpc != "2.0" {
        return Err(invalid_request("jsonrpc is not \"2.0\""));
    }
    let method: String = serde_json::from_str(request.method.get())
        .map_err(|_| invalid_request("method is not a text"))?;
    if method == "rpc.methods" {
        return Ok(functions().map(super::Function::describe).collect());
    }
    let function = function(&method).ok_or_else(|| {
        Failure::new(
            METHOD_NOT_FOUND,
            "method_not_found",
            format!("there is no function {method:?}"),
        )
    })?;
    let work = || {
        let mut conn = database.conn()?;
        function.call(&mut conn, request.params)
    };
    let answer =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|_| {
            Err(Failure::new(
                INTERNAL_ERROR,
                "internal",
                format!("{method} panicked"),
            ))
        })?;
    Ok(answer.into_json(style))
}

fn invalid_request(reason: &str) -> Failure {
    Failure::new(INVALID_REQUEST, "invalid_request", reason)
}

fn failed(id: &Value, failure: Failure) -> Value {
    json!({"jsonrpc": "2.0", "id": id, "error": failure.into_json()})
}

/// The id of something that is not a request, as far as there is one.
fn id_of(request: &RawValue) -> Value {
    serde_json::from_str::<Value>(request.get())
        .ok()
        .and_then(|value| value.get("id").cloned())
        .filter(|id| id.is_string() || id.is_number())
        .unwrap_or(Value::Null)
}
