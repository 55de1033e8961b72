//! What applied migrations said when they were applied, so that one whose text has changed since is noticed.
//!
//! The checksums stand in a table of their own beside Diesel's. A migration that the Diesel CLI applied has none.

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Text as SqlText};

use super::texts::Text;
use crate::error::Result;

diesel::table! {
    __spending_db_checksums (version) {
        version -> Text,
        checksum -> Text,
    }
}

/// Remembers what a migration says that was applied just now.
pub(crate) fn remember(conn: &mut PgConnection, text: &Text) -> Result<()> {
    conn.batch_execute(
        "CREATE TABLE IF NOT EXISTS __spending_db_checksums (version text PRIMARY KEY, checksum text NOT NULL)",
    )?;
    diesel::sql_query(include_str!("remember_checksum.sql"))
        .bind::<SqlText, _>(text.version())
        .bind::<SqlText, _>(text.up)
        .execute(conn)?;
    Ok(())
}

/// Forgets a migration that was reverted.
pub(crate) fn forget(conn: &mut PgConnection, version: &str) -> Result<()> {
    if are_kept(conn)? {
        diesel::delete(__spending_db_checksums::table.find(version)).execute(conn)?;
    }
    Ok(())
}

/// The names of the migrations that say something else now than when they were applied.
pub(crate) fn changed(conn: &mut PgConnection, texts: &[Text]) -> Result<Vec<String>> {
    #[derive(QueryableByName)]
    struct Changed {
        #[diesel(sql_type = SqlText)]
        name: String,
    }

    if !are_kept(conn)? {
        return Ok(Vec::new());
    }
    let versions: Vec<String> = texts.iter().map(Text::version).collect();
    let names: Vec<&str> = texts.iter().map(|text| text.name).collect();
    let ups: Vec<&str> = texts.iter().map(|text| text.up).collect();
    let changed: Vec<Changed> = diesel::sql_query(include_str!("changed_checksums.sql"))
        .bind::<Array<SqlText>, _>(versions)
        .bind::<Array<SqlText>, _>(names)
        .bind::<Array<SqlText>, _>(ups)
        .load(conn)?;
    Ok(changed.into_iter().map(|changed| changed.name).collect())
}

fn are_kept(conn: &mut PgConnection) -> Result<bool> {
    Ok(diesel::select(sql::<Bool>(
        "to_regclass('__spending_db_checksums') IS NOT NULL",
    ))
    .get_result(conn)?)
}
