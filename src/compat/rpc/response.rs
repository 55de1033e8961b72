//! [`Response`]: the answer to one call as JSON-RPC writes it.

use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::compat::failure::Failure;

/// A response: either `result` or `error` is there.
#[derive(Serialize)]
pub(super) struct Response {
    jsonrpc: &'static str,
    /// As the request wrote it; null where it has none.
    id: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Value>,
}

impl Response {
    pub(super) fn new(id: Option<&RawValue>, outcome: Result<Box<RawValue>, Failure>) -> Self {
        let (result, error) = match outcome {
            Ok(result) => (Some(result), None),
            Err(failure) => (None, Some(failure.into_json())),
        };
        Self {
            jsonrpc: "2.0",
            id: id.map(RawValue::to_owned),
            result,
            error,
        }
    }

    /// A failure that belongs to no request in particular.
    pub(super) fn failed(failure: Failure) -> Self {
        Self::new(None, Err(failure))
    }
}
