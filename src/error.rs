//! [`Error`] and [`Result`]: what a caller can act on.

use std::path::PathBuf;
use std::time::Duration;

use diesel::result::{DatabaseErrorKind, Error as DieselError};

use crate::migrations::{self, Reversal};
use crate::types::{TokenPlace, UserId};

/// The result of everything in this crate that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The reason why null is refused.
pub(crate) const VALUE_NEEDED: &str = "a value is needed";

/// What went wrong, sorted by what the caller can do about it.
///
/// No variant carries a password, a token or a bound value of a statement.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// No such row, or none that belongs to the owner that was asked for.
    #[error("not found")]
    NotFound,

    /// A unique or exclusion constraint refused the row: it is there already.
    #[error("already there (constraint {constraint})")]
    Conflict {
        /// The name of the constraint or unique index.
        constraint: String,
    },

    /// A foreign key refused the change: the row that is referred to is missing, or still needed.
    #[error("a referenced row is missing or still in use (constraint {constraint})")]
    Reference {
        /// The name of the foreign key.
        constraint: String,
    },

    /// A value does not fit its place.
    #[error("{field}: {reason}")]
    InvalidInput {
        /// The argument, field, column or constraint that refuses the value.
        field: String,
        /// What is expected there.
        reason: String,
    },

    /// A setting is missing or has a value that it does not take.
    #[error("{variable}: {reason}")]
    Config {
        /// The environment variable.
        variable: String,
        /// What it takes.
        reason: String,
    },

    /// The connection settings name a database that must not be touched now.
    #[error("refusing to connect to {database}: {reason}")]
    Refused {
        /// The database's name.
        database: String,
        /// Why.
        reason: String,
    },

    /// No connection to the server could be made.
    #[error("cannot connect to PostgreSQL: {0}")]
    Connect(String),

    /// All connections of the pool stayed in use for longer than the checkout timeout.
    #[error("no connection became free within {waited:.1?}: {in_use} of {size} are in use")]
    PoolTimeout {
        /// How long the checkout waited.
        waited: Duration,
        /// Connections in use when it gave up.
        in_use: u32,
        /// The most connections that the pool opens.
        size: u32,
    },

    /// A migration failed or cannot be run; nothing of it was kept.
    #[error("migration: {0}")]
    Migration(String),

    /// Reverting is refused: it would lose data without consent ([`lose_data`](migrations::RevertOptions::lose_data)), or the
    /// older schema does not admit rows that are there ([`is_refused`](migrations::Loss::is_refused)), which no consent helps.
    #[error("{}", migrations::refusal(.migrations))]
    DataLoss {
        /// The migrations that cannot be reverted, each with its reasons.
        migrations: Vec<Reversal>,
    },

    /// The database has migrations that this program does not know: it belongs to a newer program.
    #[error("the database is newer than this program: it has the unknown migration(s) {}", .unknown.join(", "))]
    NewerDatabase {
        /// The versions that the program does not know.
        unknown: Vec<String>,
    },

    /// An input file as a whole cannot be used; nothing of it was stored.
    #[error("{}: {reason}", .file.display())]
    Import {
        /// The file.
        file: PathBuf,
        /// What is wrong with it, and where.
        reason: String,
    },

    /// A file or folder could not be read or written.
    #[error("{}: {source}", .path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// The system's word on it.
        source: std::io::Error,
    },

    /// The private PostgreSQL server could not be started, found or stopped.
    #[error("private server: {0}")]
    Server(String),

    /// There is no key to encrypt tokens with, and they are never stored in plain text.
    #[error(
        "ENCRYPTION_KEY is not set: without it tokens are neither stored nor read (`spending-db secrets generate-key` makes one)"
    )]
    MissingEncryptionKey,

    /// No key opens a stored token: its key is not in `ENCRYPTION_KEY`, or it is damaged.
    #[error("{place}: {reason}")]
    UnreadableToken {
        /// The connection and the column.
        place: TokenPlace,
        /// Which of the two it is, as far as that can be told.
        reason: String,
    },

    /// The access token of a connection has run out and nothing can renew it: its user has to authorise it again.
    #[error("{table} {id} has to be authorised again: {reason}")]
    AuthorizationRequired {
        /// The table of the connection.
        table: &'static str,
        /// The connection.
        id: i32,
        /// Why.
        reason: &'static str,
    },

    /// The password of a user cannot be checked: its hash is of a kind that nobody here knows. The user needs a new one.
    #[error("the password of user {user} is stored in an unknown format")]
    UnknownPasswordFormat {
        /// The user.
        user: UserId,
    },
    /// A background job must not go on: it was cancelled, its lease was lost, or its worker is shutting down. A job that
    /// gets it from its [`Context`](crate::jobs::Context) returns it.
    #[error("interrupted: {0}")]
    Interrupted(String),

    /// Anything else that the database reports.
    #[error("database: {0}")]
    Database(#[source] DieselError),
}

impl Error {
    /// An [`Error::InvalidInput`].
    pub fn invalid(field: impl Into<String>, reason: impl Into<String>) -> Self {
        Self::InvalidInput {
            field: field.into(),
            reason: reason.into(),
        }
    }

    /// An [`Error::Io`] at a path.
    pub fn io(path: impl Into<PathBuf>, source: std::io::Error) -> Self {
        Self::Io {
            path: path.into(),
            source,
        }
    }

    /// Whether there was no connection to be had, or the one in use was lost.
    pub(crate) fn is_out_of_reach(&self) -> bool {
        match self {
            Self::Connect(_) | Self::PoolTimeout { .. } => true,
            Self::Database(DieselError::DatabaseError(kind, _)) => matches!(
                kind,
                DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand
            ),
            _ => false,
        }
    }
}

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        let DieselError::DatabaseError(kind, information) = &error else {
            return match error {
                DieselError::NotFound => Self::NotFound,
                other => Self::Database(other),
            };
        };
        let constraint = || {
            information
                .constraint_name()
                .unwrap_or("unknown")
                .to_owned()
        };
        match kind {
            DatabaseErrorKind::UniqueViolation => Self::Conflict {
                constraint: constraint(),
            },
            DatabaseErrorKind::ForeignKeyViolation => Self::Reference {
                constraint: constraint(),
            },
            DatabaseErrorKind::CheckViolation => Self::invalid(constraint(), information.message()),
            DatabaseErrorKind::NotNullViolation => {
                Self::invalid(information.column_name().unwrap_or("unknown"), VALUE_NEEDED)
            }
            _ => Self::Database(error),
        }
    }
}
