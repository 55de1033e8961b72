//! The categories, rules and merchants that an installation starts with.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde::Serialize;

use crate::Result;

/// How many rows were new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Seeded {
    /// Managed categories.
    pub categories: usize,
    /// Category rules.
    pub rules: usize,
    /// Merchant normalisations.
    pub merchants: usize,
}

/// Puts in the managed categories, category rules and merchant normalisations of the old application that are not there
/// yet. What is there stays as it is, so that a second time changes nothing. No migration does so by itself.
pub fn seed(conn: &mut PgConnection) -> Result<Seeded> {
    conn.transaction(|conn| {
        // Category rules have no unique key that would keep two seeds at once apart.
        conn.batch_execute(
            "LOCK TABLE normalized_categories, category_rules IN SHARE ROW EXCLUSIVE MODE",
        )?;
        Ok(Seeded {
            categories: diesel::sql_query(include_str!("seed/categories.sql")).execute(conn)?,
            rules: diesel::sql_query(include_str!("seed/rules.sql")).execute(conn)?,
            merchants: diesel::sql_query(include_str!("seed/merchants.sql")).execute(conn)?,
        })
    })
}
