//! What vacuum and analyze have left undone.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use crate::Result;
use crate::doctor::{Area, Finding, Options, words};

#[derive(QueryableByName)]
struct DeadRows {
    /// As SQL names it.
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = BigInt)]
    dead: i64,
    #[diesel(sql_type = BigInt)]
    live: i64,
}

pub(super) fn dead_rows(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let tables: Vec<DeadRows> = diesel::sql_query(include_str!("dead_rows.sql")).load(conn)?;
    if tables.is_empty() {
        return Ok(vec![Area::Tables.ok("no table has many dead rows")]);
    }
    let finding = |DeadRows { table, dead, live }: &DeadRows| {
        let share = 100 * dead / (dead + live);
        Area::Tables
            .warning(format!("{table} has {dead} dead rows ({share} %)"))
            .causes("reads of it take longer, and it takes more room than it needs")
            .sql(format!("VACUUM (ANALYZE) {table}"))
            .advice(
                "if they stay, something keeps vacuum from its work: see connections and settings",
            )
    };
    Ok(tables.iter().map(finding).collect())
}

#[derive(QueryableByName)]
struct Named {
    #[diesel(sql_type = Text)]
    table: String,
}

pub(super) fn switched_off(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let tables: Vec<Named> = diesel::sql_query(include_str!("switched_off.sql")).load(conn)?;
    if tables.is_empty() {
        return Ok(vec![Area::Tables.ok("autovacuum works on all tables")]);
    }
    let finding = |Named { table }: &Named| {
        Area::Tables
            .warning(format!("autovacuum is switched off for {table}"))
            .causes("it grows without end, and the planner works with old statistics")
            .sql(format!("ALTER TABLE {table} RESET (autovacuum_enabled)"))
    };
    Ok(tables.iter().map(finding).collect())
}

#[derive(QueryableByName)]
struct Statistics {
    #[diesel(sql_type = Text)]
    table: String,
    #[diesel(sql_type = BigInt)]
    bytes: i64,
    /// Rows that were changed since the statistics were made; all of them where there are none.
    #[diesel(sql_type = BigInt)]
    changed: i64,
    #[diesel(sql_type = diesel::sql_types::Bool)]
    is_missing: bool,
}

pub(super) fn statistics(conn: &mut PgConnection, _: &Options) -> Result<Vec<Finding>> {
    let tables: Vec<Statistics> = diesel::sql_query(include_str!("statistics.sql")).load(conn)?;
    if tables.is_empty() {
        return Ok(vec![Area::Tables.ok("all tables have statistics")]);
    }
    Ok(tables.iter().map(judge).collect())
}

fn judge(statistics: &Statistics) -> Finding {
    let Statistics {
        table,
        bytes,
        changed,
        is_missing,
    } = statistics;
    let finding = if *is_missing {
        Area::Tables.warning(format!(
            "{table} ({}) has no statistics",
            words::size(*bytes)
        ))
    } else {
        Area::Tables.note(format!(
            "{changed} rows of {table} have changed since its statistics were made"
        ))
    };
    finding
        .causes("the planner guesses, and may choose ways that take a hundred times as long")
        .sql(format!("ANALYZE {table}"))
}
