// The front page runs a private server.
#![cfg_attr(feature = "embedded", doc = include_str!("../README.md"))]
#![cfg_attr(
    not(feature = "embedded"),
    doc = "The data layer of a personal-finance application, on Diesel and PostgreSQL."
)]

pub mod adoption;
pub mod catalog;
pub mod compat;
pub mod config;
pub mod database;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod error;
pub mod jobs;
pub mod migrations;
pub mod models;
pub mod operations;
#[allow(missing_docs)]
pub mod schema;
#[cfg(feature = "secrets")]
pub mod secrets;
mod sql;
pub mod types;

pub use config::Config;
pub use database::Database;
pub use error::{Error, Result};
