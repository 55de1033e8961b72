//! What Diesel's table of migrations says.

use chrono::{DateTime, NaiveDateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text, Timestamp};

use crate::error::Result;

#[derive(QueryableByName)]
struct Applied {
    #[diesel(sql_type = Text)]
    version: String,
    #[diesel(sql_type = Timestamp)]
    run_on: NaiveDateTime,
}

/// The versions that the database has, with the time they were applied, in their order. Takes no lock, and two round trips:
/// what is asked once a connection is not prepared.
pub(crate) fn applied(conn: &mut PgConnection) -> Result<Vec<(String, DateTime<Utc>)>> {
    let is_there: bool = diesel::select(sql::<Bool>(
        "to_regclass('__diesel_schema_migrations') IS NOT NULL",
    ))
    .get_result(conn)?;
    if !is_there {
        return Ok(Vec::new());
    }
    let rows: Vec<Applied> = diesel::sql_query(
        "SELECT version, run_on FROM __diesel_schema_migrations ORDER BY version",
    )
    .load(conn)?;
    Ok(rows
        .into_iter()
        .map(|row| (row.version, row.run_on.and_utc()))
        .collect())
}
