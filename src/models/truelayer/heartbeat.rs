//! Signs of life of jobs.

use diesel::dsl::sql;
use diesel::expression::SqlLiteral;
use diesel::sql_types::Jsonb;

/// The `metadata` of a job of this table with the present moment as its `heartbeat`, in seconds since 1970.
pub(super) fn with_heartbeat(table: &str) -> SqlLiteral<Jsonb> {
    sql(&format!(
        "CASE jsonb_typeof({table}.metadata) WHEN 'object' THEN {table}.metadata ELSE '{{}}' END
         || jsonb_build_object('heartbeat', extract(epoch FROM clock_timestamp()))"
    ))
}
