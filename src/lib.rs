//! The data layer of a personal-finance application.

pub mod compat;
pub mod config;
pub mod database;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod error;
pub mod migrations;
pub mod models;
pub mod operations;
#[allow(missing_docs)]
pub mod schema;
mod sql;
pub mod types;

pub use config::Config;
pub use database::Database;
pub use error::{Error, Result};
