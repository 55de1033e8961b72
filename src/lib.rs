//! The data layer of a personal-finance application.

pub mod error;
pub mod migrations;

pub use error::{Error, Result};
