//! The data layer of a personal-finance application.

#[cfg(feature = "embedded")]
pub mod embedded;
pub mod error;
pub mod migrations;
pub mod models;
#[allow(missing_docs)]
pub mod schema;
pub mod types;

pub use error::{Error, Result};
