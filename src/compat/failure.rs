//! [`Failure`]: why a call gave no answer, as JSON-RPC tells it.

use serde_json::{Map, Value, json};

use super::arguments::Argument;
use crate::Error;

/// An error of a call: JSON-RPC's code, a message and what a program can act on.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// JSON-RPC's code.
    pub code: i32,
    /// One line for a person. Never holds a secret or the values of a statement.
    pub message: String,
    /// `kind`, and where they apply `constraint`, `field` and `argument`.
    pub data: Map<String, Value>,
}

/// The line is not JSON.
pub(super) const PARSE_ERROR: i32 = -32700;
/// The line is JSON, but no request.
pub(super) const INVALID_REQUEST: i32 = -32600;
/// There is no function of that name.
pub(super) const METHOD_NOT_FOUND: i32 = -32601;
/// The arguments do not fit the function.
pub(super) const INVALID_PARAMS: i32 = -32602;
/// The crate itself is at fault.
pub(super) const INTERNAL_ERROR: i32 = -32603;

/// The most characters of a name that an error shows.
const SHOWN: usize = 100;

impl Failure {
    /// A failure without particulars.
    pub(super) fn new(code: i32, kind: &str, message: impl Into<String>) -> Self {
        let mut data = Map::new();
        data.insert("kind".to_owned(), json!(kind));
        Self {
            code,
            message: message.into(),
            data,
        }
    }

    fn with(mut self, key: &str, value: &str) -> Self {
        self.data.insert(key.to_owned(), json!(value));
        self
    }

    /// An argument that does not fit. The reason never tells the value: it may be a secret.
    pub(super) fn argument(name: &str, reason: impl AsRef<str>) -> Self {
        let name = shown(name);
        Self::new(
            INVALID_PARAMS,
            "invalid_params",
            format!("{name}: {}", reason.as_ref()),
        )
        .with("argument", name)
    }

    /// An argument that is not what its type takes.
    pub(super) fn takes<T: Argument>(name: &str) -> Self {
        Self::argument(name, format!("takes {}", T::TAKES))
    }

    /// The failure as the member `error` of a response.
    pub fn into_json(self) -> Value {
        json!({"code": self.code, "message": self.message, "data": self.data})
    }
}

/// As much of a name as an error shows.
pub(super) fn shown(name: &str) -> &str {
    name.char_indices()
        .nth(SHOWN)
        .map_or(name, |(end, _)| &name[..end])
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let message = error.to_string();
        match error {
            Error::NotFound => Self::new(-32001, "not_found", message),
            Error::Conflict { constraint } => {
                Self::new(-32002, "conflict", message).with("constraint", &constraint)
            }
            Error::Reference { constraint } => {
                Self::new(-32003, "reference", message).with("constraint", &constraint)
            }
            Error::InvalidInput { field, .. } => {
                Self::new(-32004, "invalid_input", message).with("field", &field)
            }
            Error::Connect(_) => Self::new(-32005, "connect", message),
            Error::PoolTimeout { .. } => Self::new(-32006, "pool_timeout", message),
            Error::Config { .. } | Error::Refused { .. } => Self::new(-32007, "config", message),
            Error::Migration(_) | Error::NewerDatabase { .. } => {
                Self::new(-32008, "migration", message)
            }
            Error::Import { .. } | Error::Io { .. } => Self::new(-32009, "import", message),
            _ => Self::new(-32000, "database", message),
        }
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Error::from(error).into()
    }
}
