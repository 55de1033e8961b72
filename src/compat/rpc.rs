//! JSON-RPC 2.0 over lines: one request a line in, one answer a line out.
//!
//! A line holds a request, a notification (no `id`: carried out, not answered) or a batch of both. `params` is an object
//! by name or an array by place. `rpc.methods` lists the functions, see [`methods`]. With `"typed": true` beside
//! `params`, decimals, times and days of the answer name their type; see [`Style`](super::Style). Requests are carried
//! out one after the other, each in a transaction of its own where it changes more than one row.
//!
//! A line that cannot be read is answered with an error and does not end the service; the end of the input does. No
//! error shows what a request held, but for the names of its method and its arguments.

mod lines;
mod request;
mod response;

use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use self::lines::Line;
use self::request::{Request, invalid};
use self::response::Response;
use super::failure::{Failure, INTERNAL_ERROR, METHOD_NOT_FOUND, PARSE_ERROR, shown};
use super::{Answer, Function, function, functions};
use crate::database::Database;

/// Serves requests from `input` until it ends, with the connections of `database`.
pub fn serve(
    database: &Database,
    mut input: impl BufRead,
    mut output: impl Write,
) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        let answer = match lines::read(&mut input, &mut line, lines::LONGEST)? {
            Line::End => return Ok(()),
            Line::Read => answer_line(database, &line),
            Line::TooLong => Some(write(&Response::failed(invalid(&format!(
                "a line has at most {} bytes",
                lines::LONGEST
            ))))),
        };
        if let Some(mut answer) = answer {
            answer.push('\n');
            output.write_all(answer.as_bytes())?;
            output.flush()?;
        }
    }
}

/// The answer to one line, as a line without its end; `None` where there is nothing to answer.
pub fn answer_line(database: &Database, line: &[u8]) -> Option<String> {
    if line.trim_ascii().is_empty() {
        return None;
    }
    let request: &RawValue = match serde_json::from_slice(line) {
        Ok(request) => request,
        Err(error) => return Some(write(&Response::failed(not_json(&error)))),
    };
    if !request.get().starts_with('[') {
        return answer_request(database, request).map(|answer| write(&answer));
    }
    let batch: Vec<&RawValue> = serde_json::from_str(request.get()).unwrap_or_default();
    if batch.is_empty() {
        return Some(write(&Response::failed(invalid("a batch is not empty"))));
    }
    let answers: Vec<String> = batch
        .into_iter()
        .filter_map(|request| answer_request(database, request))
        .map(|answer| write(&answer))
        .collect();
    (!answers.is_empty()).then(|| format!("[{}]", answers.join(",")))
}

fn answer_request(database: &Database, request: &RawValue) -> Option<Response> {
    let request = match Request::read(request) {
        Ok(request) => request,
        Err(invalid) => return Some(Response::new(invalid.id, Err(invalid.failure))),
    };
    let outcome = call(database, &request);
    if request.id.is_some() {
        return Some(Response::new(request.id, outcome));
    }
    if let Err(failure) = outcome {
        tracing::warn!(
            method = shown(&request.method),
            code = failure.code,
            message = failure.message,
            "a notification failed"
        );
    }
    None
}

/// What `rpc.methods` answers: a list of the functions with their names, their parameters (`params`), whether they take and ignore
/// further arguments (`rest`), and what their answer was before JSON had no word for it (`returns`; see [`Shape`](super::Shape)).
pub fn methods() -> Value {
    functions().map(Function::describe).collect()
}

fn call(database: &Database, request: &Request<'_>) -> Result<Box<RawValue>, Failure> {
    let answer = if request.method == "rpc.methods" {
        Answer::Json(methods())
    } else {
        call_function(database, request)?
    };
    answer.to_text(request.style).map_err(|error| {
        Failure::new(
            INTERNAL_ERROR,
            "internal",
            format!("{}: {error}", request.method),
        )
    })
}

fn call_function(database: &Database, request: &Request<'_>) -> Result<Answer, Failure> {
    let function = function(&request.method).ok_or_else(|| {
        Failure::new(
            METHOD_NOT_FOUND,
            "method_not_found",
            format!("there is no function {:?}", shown(&request.method)),
        )
    })?;
    let work = || {
        let mut conn = database.conn()?;
        function.call(&mut conn, request.params)
    };
    let panicked = |_| {
        let message = format!("{} panicked", function.name);
        Err(Failure::new(INTERNAL_ERROR, "internal", message))
    };
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(panicked)
}

fn not_json(error: &serde_json::Error) -> Failure {
    let message = format!("the line is not JSON: column {}", error.column());
    Failure::new(PARSE_ERROR, "parse", message)
}

fn write(answer: &impl Serialize) -> String {
    serde_json::to_string(answer).unwrap_or_else(|error| {
        let message = error.to_string();
        let failure = Failure::new(INTERNAL_ERROR, "internal", message);
        json!({"jsonrpc": "2.0", "id": null, "error": failure.into_json()}).to_string()
    })
}
