//! The tables of the old database.

use std::collections::BTreeMap;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use serde::Deserialize;

/// How far the sequences are ahead of the greatest id.
const AHEAD: i32 = 1000;

/// A table of the old catalog.
#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct OldTable {
    pub(crate) columns: Vec<OldColumn>,
    pub(crate) constraints: Vec<Part>,
    pub(crate) indexes: Vec<Part>,
}

#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct OldColumn {
    pub(crate) name: String,
    #[serde(rename = "type")]
    sql_type: String,
    pub(crate) not_null: bool,
    default: Option<String>,
}

/// A constraint or an index.
#[derive(Debug, Deserialize, PartialEq)]
pub(crate) struct Part {
    pub(crate) name: String,
    pub(crate) definition: String,
}

/// The old catalog: its tables by name.
pub(crate) fn catalog() -> BTreeMap<String, OldTable> {
    serde_json::from_str(include_str!("../../../old_database.json")).unwrap()
}

impl OldColumn {
    fn definition(&self) -> String {
        let not_null = if self.not_null { " NOT NULL" } else { "" };
        let default = self
            .default
            .as_ref()
            .map(|value| format!(" DEFAULT {value}"));
        format!(
            "\"{}\" {}{not_null}{}",
            self.name,
            self.sql_type,
            default.unwrap_or_default()
        )
    }

    /// The sequence that numbers it.
    fn sequence(&self) -> Option<&str> {
        let call = self.default.as_deref()?.strip_prefix("nextval('")?;
        call.split('\'').next()
    }
}

impl Part {
    fn is_reference(&self) -> bool {
        self.definition.starts_with("FOREIGN KEY")
    }

    /// The definition without the casts that PostgreSQL shows: it puts them elsewhere where they are given.
    fn as_given(&self) -> String {
        self.definition
            .replace("::text = ANY ((ARRAY[", " = ANY ((ARRAY[")
            .replace("])::text[]", "])")
    }
}

impl OldTable {
    fn sequences(&self) -> impl Iterator<Item = (&str, &str)> {
        self.columns
            .iter()
            .filter_map(|column| Some((column.name.as_str(), column.sequence()?)))
    }
}

/// Makes the tables with the sequences that number them.
pub(super) fn create(conn: &mut PgConnection, tables: &BTreeMap<String, OldTable>) {
    for (table, old) in tables {
        let columns: Vec<_> = old.columns.iter().map(OldColumn::definition).collect();
        let columns = columns.join(", ");
        let sequences = old
            .sequences()
            .map(|(_, sequence)| format!("CREATE SEQUENCE {sequence} AS integer"));
        let owners = old.sequences().map(|(column, sequence)| {
            format!("ALTER SEQUENCE {sequence} OWNED BY {table}.{column}")
        });
        let script: Vec<_> = sequences
            .chain([format!("CREATE TABLE {table} ({columns})")])
            .chain(owners)
            .collect();
        conn.batch_execute(&script.join(";")).unwrap();
    }
}

/// Lets the sequences go on well behind the rows.
pub(super) fn advance_sequences(conn: &mut PgConnection, tables: &BTreeMap<String, OldTable>) {
    for (table, old) in tables {
        for (column, sequence) in old.sequences() {
            let advance =
                format!("SELECT setval('{sequence}', max({column}) + {AHEAD}) FROM {table}");
            conn.batch_execute(&advance).unwrap();
        }
    }
}

/// Adds the keys, checks and indexes, and last the references between the tables.
pub(super) fn finish(conn: &mut PgConnection, tables: &BTreeMap<String, OldTable>) {
    for references in [false, true] {
        for (table, old) in tables {
            let parts = old.constraints.iter();
            for part in parts.filter(|part| part.is_reference() == references) {
                let (name, definition) = (&part.name, part.as_given());
                let add = format!("ALTER TABLE {table} ADD CONSTRAINT {name} {definition}");
                conn.batch_execute(&add).unwrap();
            }
        }
    }
    for index in tables.values().flat_map(|table| &table.indexes) {
        conn.batch_execute(&index.as_given()).unwrap();
    }
}
