//! Removing flat categories with their keywords.

use diesel::prelude::*;

use crate::models::core::{Category, CategoryKeyword};
use crate::{Error, Result};

/// The categories that came with the application; they cannot be removed.
pub const BUILT_IN: [&str; 9] = [
    "Groceries",
    "Transport",
    "Dining",
    "Entertainment",
    "Utilities",
    "Shopping",
    "Health",
    "Income",
    "Other",
];

/// What came of [`remove`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removal {
    /// The category is built in; nothing was touched.
    BuiltIn,
    /// There was no such category, but perhaps keywords of that name, which are gone.
    NotThere {
        /// How many.
        keywords: usize,
    },
    /// The category and its keywords are gone.
    Removed {
        /// How many.
        keywords: usize,
    },
}

/// Removes the category of exactly this name and its keywords, unless it is built in.
///
/// Transactions and rules keep the name as text.
///
/// Takes over `delete_custom_category`.
pub fn remove(conn: &mut PgConnection, name: &str) -> Result<Removal> {
    if BUILT_IN.contains(&name) {
        return Ok(Removal::BuiltIn);
    }
    conn.transaction(|conn| {
        let keywords = CategoryKeyword::remove_all(conn, name)?;
        Ok(match Category::delete_by_name(conn, name) {
            Err(Error::NotFound) => Removal::NotThere { keywords },
            removed => {
                removed?;
                Removal::Removed { keywords }
            }
        })
    })
}
