//! Statements as text.

use diesel::prelude::*;
use diesel::sql_types::Text;

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    line: String,
}

/// The lines of a query of one text column named `line`.
pub(crate) fn lines(conn: &mut PgConnection, query: &str) -> Vec<String> {
    let lines: Vec<Line> = diesel::sql_query(query).load(conn).unwrap();
    lines.into_iter().map(|line| line.line).collect()
}

pub(crate) fn execute(conn: &mut PgConnection, statement: &str) -> QueryResult<usize> {
    diesel::sql_query(statement).execute(conn)
}
