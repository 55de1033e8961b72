//! What Diesel's table of migrations says.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Bool;

use crate::error::Result;

diesel::table! {
    __diesel_schema_migrations (version) {
        version -> Text,
        run_on -> Timestamp,
    }
}

/// The versions that the database has, with the time they were applied, in their order. Takes no lock.
pub(crate) fn applied(conn: &mut PgConnection) -> Result<Vec<(String, DateTime<Utc>)>> {
    let is_there: bool = diesel::select(sql::<Bool>(
        "to_regclass('__diesel_schema_migrations') IS NOT NULL",
    ))
    .get_result(conn)?;
    if !is_there {
        return Ok(Vec::new());
    }
    let rows: Vec<(String, NaiveDateTime)> = __diesel_schema_migrations::table
        .order(__diesel_schema_migrations::version)
        .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|(version, at)| (version, at.and_utc()))
        .collect())
}
