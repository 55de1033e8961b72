//! The schema, as the catalog has it and as statements meet it.

mod columns;
mod foreign_keys;
mod indexes;
mod names;
mod reversal;
mod rules;
mod single_primary;
mod views;

use diesel::prelude::*;
use diesel::sql_types::Text;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The lines of a query of one text column named `line`.
fn lines(conn: &mut PgConnection, query: &str) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(query).load(conn).unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

fn execute(conn: &mut PgConnection, statement: &str) -> QueryResult<usize> {
    diesel::sql_query(statement).execute(conn)
}
