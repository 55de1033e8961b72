//! The data layer of a personal-finance application.

pub mod error;
pub mod migrations;
#[allow(missing_docs)]
pub mod schema;
pub mod types;

pub use error::{Error, Result};
