//! What the catalog does not tell and the steps need: views of others, sequences, rights.

use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text};

use super::survey::Survey;
use crate::Result;
use crate::catalog::mend::{literal, name};
use crate::catalog::{ColumnFault, Finding, compare};

/// A view that stands on a table whose columns change.
#[derive(QueryableByName)]
pub(super) struct Dependant {
    /// Its name, where it is in the schema of the tables.
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) name: Option<String>,
    /// Its name as SQL takes it.
    #[diesel(sql_type = Text)]
    pub(super) written: String,
    #[diesel(sql_type = Bool)]
    pub(super) is_materialized: bool,
    #[diesel(sql_type = Text)]
    pub(super) create: String,
    #[diesel(sql_type = Array<Text>)]
    pub(super) belongings: Vec<String>,
    #[diesel(sql_type = Array<Text>)]
    pub(super) grants: Vec<String>,
}

/// What a role may do.
#[derive(QueryableByName)]
pub(super) struct Grant {
    #[diesel(sql_type = Text)]
    pub(super) name: String,
    #[diesel(sql_type = Text)]
    pub(super) privileges: String,
    #[diesel(sql_type = Text)]
    pub(super) grantee: String,
}

/// A column that becomes an identity.
#[derive(QueryableByName)]
pub(super) struct Numbered {
    #[diesel(sql_type = Text)]
    pub(super) table: String,
    #[diesel(sql_type = Text)]
    pub(super) column: String,
    /// The sequence of its default, as SQL names it.
    #[diesel(sql_type = Nullable<Text>)]
    pub(super) sequence: Option<String>,
    /// The next value: the sequence's, or the one after the greatest.
    #[diesel(sql_type = BigInt)]
    pub(super) next: i64,
}

/// All of it.
pub(super) struct Facts {
    /// In the order in which they are made.
    pub(super) dependants: Vec<Dependant>,
    /// Rights on the tables that get another name, by the old one, and on the sequences that go.
    pub(super) grants: Vec<Grant>,
    pub(super) numbered: Vec<Numbered>,
}

impl Facts {
    /// Reads them.
    pub(super) fn read(conn: &mut PgConnection, survey: &Survey) -> Result<Self> {
        let changed: Vec<&str> = compare(survey.expected, &survey.live)
            .iter()
            .filter_map(|finding| match *finding {
                Finding::Column {
                    table,
                    fault: ColumnFault::Type { .. } | ColumnFault::Generated { .. },
                    ..
                } => Some(survey.renamed.get(table).map_or(table, String::as_str)),
                _ => None,
            })
            .collect();
        let dependants = diesel::sql_query(include_str!("dependants.sql"))
            .bind::<Array<Text>, _>(&changed)
            .load(conn)?;
        let numbered = numbered(conn, survey)?;
        let mut names: Vec<&str> = survey.renamed.values().map(String::as_str).collect();
        names.extend(
            numbered
                .iter()
                .filter_map(|column| column.sequence.as_deref()),
        );
        let grants = diesel::sql_query(include_str!("grants.sql"))
            .bind::<Array<Text>, _>(&names)
            .load(conn)?;
        Ok(Self {
            dependants,
            grants,
            numbered,
        })
    }
}

fn numbered(conn: &mut PgConnection, survey: &Survey) -> Result<Vec<Numbered>> {
    let mut questions = Vec::new();
    for (table, expected, live) in survey.known() {
        for column in &live.columns {
            let becomes_identity = column.identity.is_none()
                && expected
                    .column(&column.name)
                    .is_some_and(|expected| expected.identity.is_some());
            if becomes_identity {
                let sequence = column.default.as_deref().and_then(sequence);
                questions.push(question(survey, table, &column.name, sequence));
            }
        }
    }
    if questions.is_empty() {
        return Ok(Vec::new());
    }
    Ok(diesel::sql_query(questions.join(" UNION ALL ")).load(conn)?)
}

/// The sequence of `nextval('…'::regclass)`.
fn sequence(default: &str) -> Option<&str> {
    default
        .strip_prefix("nextval('")?
        .strip_suffix("'::regclass)")
}

fn question(survey: &Survey, table: &str, column: &str, sequence: Option<&str>) -> String {
    let next = match sequence {
        Some(sequence) => format!("(SELECT last_value + is_called::integer FROM {sequence})"),
        None => "1".to_owned(),
    };
    format!(
        "SELECT {} AS \"table\", {} AS \"column\", {} AS sequence, \
         greatest({next}, (SELECT max({})::bigint + 1 FROM {})) AS next",
        literal(table),
        literal(column),
        sequence.map_or("NULL::text".to_owned(), literal),
        name(column),
        survey.current(table)
    )
}
