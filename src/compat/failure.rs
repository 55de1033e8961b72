//! [`Failure`]: why a call gave no answer, as JSON-RPC tells it.

use diesel::result::{DatabaseErrorKind, Error as DieselError};
use serde_json::{Map, Value, json};

use super::arguments::Argument;
use crate::Error;
use crate::error::VALUE_NEEDED;

/// An error of a call: JSON-RPC's code, a message and what a program can act on.
#[derive(Debug, Clone, PartialEq)]
pub struct Failure {
    /// JSON-RPC's code.
    pub code: i32,
    /// One line for a person. Never holds a secret or the values of a statement.
    pub message: String,
    /// `kind`, and where they apply `constraint`, `field`, `argument` and `sqlstate`.
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

/// The codes that the database has for the errors of old functions.
pub(super) mod sqlstate {
    pub(in crate::compat) const INVALID_TEXT: &str = "22P02";
    pub(in crate::compat) const INVALID_TIME: &str = "22007";
    pub(in crate::compat) const NOT_NULL_VIOLATION: &str = "23502";
    pub(in crate::compat) const CHECK_VIOLATION: &str = "23514";
    pub(super) const INVALID_LIMIT: &str = "2201W";
    pub(super) const INVALID_OFFSET: &str = "2201X";
    pub(super) const FOREIGN_KEY_VIOLATION: &str = "23503";
    pub(super) const UNIQUE_VIOLATION: &str = "23505";
    pub(super) const SERIALIZATION_FAILURE: &str = "40001";
    pub(super) const READ_ONLY_TRANSACTION: &str = "25006";
    pub(super) const CONNECTION_FAILURE: &str = "08006";
}

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

    /// With the code that the database has for it.
    pub(super) fn with_sqlstate(self, code: &str) -> Self {
        self.with("sqlstate", code)
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

    /// An argument that is needed.
    pub(super) fn missing(name: &str) -> Self {
        Self::argument(name, "is missing").with_sqlstate(sqlstate::NOT_NULL_VIOLATION)
    }

    /// An argument that is not what its type takes.
    pub(super) fn takes<T: Argument>(name: &str) -> Self {
        Self::argument(name, format!("takes {}", T::TAKES))
            .with_sqlstate(sqlstate_of_page(name).unwrap_or(T::SQLSTATE))
    }

    /// The failure as the member `error` of a response.
    pub fn into_json(self) -> Value {
        json!({"code": self.code, "message": self.message, "data": self.data})
    }
}

/// The code for a value that a list of rows cannot start at or end with.
fn sqlstate_of_page(name: &str) -> Option<&'static str> {
    match name {
        "limit" => Some(sqlstate::INVALID_LIMIT),
        "offset" => Some(sqlstate::INVALID_OFFSET),
        _ => None,
    }
}

/// The code that the database has for an error, as far as it is known.
fn sqlstate_of(error: &Error) -> Option<&'static str> {
    match error {
        Error::Conflict { .. } => Some(sqlstate::UNIQUE_VIOLATION),
        Error::Reference { .. } => Some(sqlstate::FOREIGN_KEY_VIOLATION),
        Error::InvalidInput { field, reason } => {
            sqlstate_of_page(field).or(Some(if reason == VALUE_NEEDED {
                sqlstate::NOT_NULL_VIOLATION
            } else {
                sqlstate::CHECK_VIOLATION
            }))
        }
        Error::Connect(_) => Some(sqlstate::CONNECTION_FAILURE),
        Error::Database(DieselError::DatabaseError(kind, _)) => match kind {
            DatabaseErrorKind::SerializationFailure => Some(sqlstate::SERIALIZATION_FAILURE),
            DatabaseErrorKind::ReadOnlyTransaction => Some(sqlstate::READ_ONLY_TRANSACTION),
            DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
                Some(sqlstate::CONNECTION_FAILURE)
            }
            _ => None,
        },
        _ => None,
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
        let sqlstate = sqlstate_of(&error);
        let failure = match error {
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
            Error::Config { .. } | Error::Refused { .. } | Error::MissingEncryptionKey => {
                Self::new(-32007, "config", message)
            }
            Error::Migration(_) | Error::DataLoss { .. } | Error::NewerDatabase { .. } => {
                Self::new(-32008, "migration", message)
            }
            Error::Import { .. } | Error::Io { .. } => Self::new(-32009, "import", message),
            _ => Self::new(-32000, "database", message),
        };
        match sqlstate {
            Some(code) => failure.with_sqlstate(code),
            None => failure,
        }
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Error::from(error).into()
    }
}
