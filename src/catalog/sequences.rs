//! Sequences that are behind the rows that they number.

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use serde::Serialize;

use crate::Result;

/// A sequence whose next value is not greater than the greatest one that a row has.
#[derive(Debug, Clone, PartialEq, Eq, QueryableByName, Serialize)]
pub struct Behind {
    /// The table.
    #[diesel(sql_type = Text)]
    pub table: String,
    /// The column that it numbers.
    #[diesel(sql_type = Text)]
    pub column: String,
    /// The sequence, as SQL names it.
    #[diesel(sql_type = Text)]
    pub sequence: String,
    /// Its next value.
    #[diesel(sql_type = BigInt)]
    pub next: i64,
    /// The greatest value of a row.
    #[diesel(sql_type = BigInt)]
    pub greatest: i64,
}

#[derive(QueryableByName)]
struct Question {
    #[diesel(sql_type = Nullable<Text>)]
    question: Option<String>,
}

/// The sequences that are behind, by table: identities and those that defaults use.
pub fn behind(conn: &mut PgConnection) -> Result<Vec<Behind>> {
    // One statement writes the question, with a part for each sequence; the other asks it.
    let written: Question = diesel::sql_query(include_str!("sequences.sql")).get_result(conn)?;
    match written.question {
        Some(question) => Ok(diesel::sql_query(question).load(conn)?),
        None => Ok(Vec::new()),
    }
}
