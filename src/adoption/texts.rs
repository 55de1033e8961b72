//! Texts that become JSON: each is read once, in the program.

use diesel::prelude::*;
use diesel::sql_types::Text as SqlText;

use super::printed::{Reading, read};
use super::survey::Survey;
use crate::Result;
use crate::catalog::mend::name;

/// A text that is not JSON as it stands.
#[derive(Debug)]
pub(super) struct Text {
    /// The place of its row in the table.
    pub(super) row: String,
    pub(super) text: String,
    /// What it is as JSON; `None` where it is no dictionary that Python prints either.
    pub(super) json: Option<String>,
}

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlText)]
    place: String,
    #[diesel(sql_type = SqlText)]
    text: String,
}

/// The columns of texts that become JSON, by table.
pub(super) fn columns(survey: &Survey) -> Vec<(String, String)> {
    survey
        .known()
        .flat_map(|(table, _, live)| {
            live.columns.iter().filter_map(move |column| {
                let conversion = survey.conversion(table, column, "")?;
                conversion
                    .is_json
                    .then(|| (table.to_owned(), column.name.clone()))
            })
        })
        .collect()
}

/// Reads a column through and gives what is not JSON yet to `take`, some thousands of rows at a time.
pub(super) fn each(
    conn: &mut PgConnection,
    survey: &Survey,
    table: &str,
    column: &str,
    mut take: impl FnMut(&mut PgConnection, Vec<Text>) -> Result<()>,
) -> Result<()> {
    let (from, column) = (survey.current(table), name(column));
    diesel::sql_query(format!(
        "DECLARE __adoption_texts NO SCROLL CURSOR FOR \
         SELECT ctid::text AS place, {column}::text AS text FROM {from} WHERE {column} IS NOT NULL"
    ))
    .execute(conn)?;
    loop {
        let found: Vec<Found> = diesel::sql_query("FETCH 5000 FROM __adoption_texts").load(conn)?;
        if found.is_empty() {
            break;
        }
        let texts = found
            .into_iter()
            .filter_map(|Found { place: row, text }| match read(&text) {
                Reading::Json => None,
                Reading::Printed(json) => Some(Text {
                    row,
                    text,
                    json: Some(json),
                }),
                Reading::Unknown => Some(Text {
                    row,
                    text,
                    json: None,
                }),
            })
            .collect();
        take(conn, texts)?;
    }
    diesel::sql_query("CLOSE __adoption_texts").execute(conn)?;
    Ok(())
}
