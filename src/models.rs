//! The tables: a module a domain, a file a table, with its row, its insert, its change set and its plain queries.
//!
//! Every function takes the connection first. Where a row has an owner, so does the function, and it finds, changes and
//! deletes only what belongs to that user.

pub mod amazon;
pub mod apple;
pub mod core;
pub mod enrichment;
pub mod gmail;
pub mod legacy;
pub mod rules;
pub mod system;
pub mod truelayer;

use crate::{Error, Result};

/// [`Error::NotFound`] where a statement that should have hit one row hit none.
fn one_row(affected: usize) -> Result<()> {
    if affected == 0 {
        Err(Error::NotFound)
    } else {
        Ok(())
    }
}
