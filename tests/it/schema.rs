//! The schema, as the catalog has it and as statements meet it.

mod columns;
mod foreign_keys;
mod indexes;
mod names;
mod reversal;
mod rules;
mod single_primary;
mod views;

use crate::support::sql::{execute, lines};
