//! The rows of a database as they are to be under the new types, and what became of them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Jsonb};
use serde_json::{Map, Value};
use spending_db::catalog::{Catalog, Column};

use crate::support::sql::lines;

const RENAMED: [(&str, &str); 2] = [
    (
        "truelayer_apple_transaction_matches",
        "apple_transaction_matches",
    ),
    ("llm_enrichment_cache", "enrichment_cache"),
];

/// The name of a table after adoption.
pub(super) fn new_name(table: &str) -> &str {
    let renamed = RENAMED.iter().find(|(old, _)| *old == table);
    renamed.map_or(table, |(_, new)| *new)
}

/// Every row of every table, by the table's new name and the row's id; values are texts of the new type.
#[derive(Debug, PartialEq)]
pub(super) struct Rows {
    /// The columns that were read, by table.
    columns: BTreeMap<String, Vec<String>>,
    rows: BTreeMap<(String, i64), Map<String, Value>>,
    /// The next value of each table's sequence.
    sequences: BTreeMap<String, String>,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = BigInt)]
    id: i64,
    #[diesel(sql_type = Jsonb)]
    columns: Value,
}

impl Rows {
    /// Reads a database that is not adopted yet, whose times without a zone are of this one. Texts that become JSON are left
    /// out: they may say the same in another way.
    pub(super) fn before(conn: &mut PgConnection, zone: &str) -> Self {
        let expected = Catalog::expected().unwrap();
        let live = Catalog::read(conn).unwrap();
        let mut rows = Self::none();
        for (old, table) in live.tables {
            let new = new_name(&old);
            let Some(to_be) = expected.tables.get(new) else {
                continue;
            };
            let values: Vec<_> = table
                .columns
                .iter()
                .filter_map(|column| {
                    let to_be = to_be.column(&column.name)?;
                    Some((column.name.clone(), value(column, to_be, zone)?))
                })
                .collect();
            rows.read(conn, &old, &values);
        }
        rows
    }

    /// Reads the same columns of the adopted database.
    pub(super) fn after(conn: &mut PgConnection, before: &Self) -> Self {
        let mut rows = Self::none();
        for (table, columns) in &before.columns {
            let values: Vec<_> = columns
                .iter()
                .map(|column| (column.clone(), format!("\"{column}\"::text")))
                .collect();
            rows.read(conn, table, &values);
        }
        rows
    }

    fn none() -> Self {
        Self {
            columns: BTreeMap::new(),
            rows: BTreeMap::new(),
            sequences: BTreeMap::new(),
        }
    }

    fn read(&mut self, conn: &mut PgConnection, table: &str, values: &[(String, String)]) {
        let new = new_name(table).to_owned();
        let pairs: Vec<_> = values
            .iter()
            .map(|(column, value)| format!("'{column}', {value}"))
            .collect();
        let query = format!(
            "SELECT id::bigint AS id, jsonb_build_object({}) AS columns FROM {table}",
            pairs.join(", ")
        );
        let found: Vec<Row> = diesel::sql_query(query).load(conn).unwrap();
        for Row { id, columns } in found {
            let Value::Object(columns) = columns else {
                panic!("not a row: {columns}");
            };
            self.rows.insert((new.clone(), id), columns);
        }
        let columns = values.iter().map(|(column, _)| column.clone()).collect();
        self.columns.insert(new.clone(), columns);
        let sequence = format!("SELECT pg_get_serial_sequence('{table}', 'id') AS line");
        let sequence = lines(conn, &sequence).remove(0);
        let next =
            format!("SELECT (last_value + is_called::integer)::text AS line FROM {sequence}");
        self.sequences.insert(new, lines(conn, &next).remove(0));
    }

    /// What is not as it was, one line each: `table id gone`, `table id column: before -> after`.
    pub(super) fn differences(&self, after: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        for ((table, id), before) in &self.rows {
            let Some(after) = after.rows.get(&(table.clone(), *id)) else {
                differences.push(format!("{table} {id} gone"));
                continue;
            };
            for (column, before) in before {
                let after = &after[column];
                if before != after {
                    differences.push(format!("{table} {id} {column}: {before} -> {after}"));
                }
            }
        }
        for (table, id) in after.rows.keys() {
            if !self.rows.contains_key(&(table.clone(), *id)) {
                differences.push(format!("{table} {id} came"));
            }
        }
        for (table, next) in &self.sequences {
            if after.sequences[table] != *next {
                differences.push(format!("{table} goes on elsewhere"));
            }
        }
        differences
    }
}

/// The expression of a value as a text of the new type; `None` where it becomes JSON.
fn value(column: &Column, to_be: &Column, zone: &str) -> Option<String> {
    let name = format!("\"{}\"", column.name);
    let (old, new) = (column.sql_type.as_str(), to_be.sql_type.as_str());
    if new == "jsonb" && old != "jsonb" {
        return None;
    }
    Some(
        if new == "timestamp with time zone" && old.ends_with("without time zone") {
            format!("({name} AT TIME ZONE '{zone}')::text")
        } else {
            format!("{name}::{new}::text")
        },
    )
}

/// The ids of a query's rows, ascending.
pub(super) fn ids(conn: &mut PgConnection, query: &str) -> Vec<i64> {
    let query = query.trim_end().trim_end_matches(';');
    let query = format!("SELECT id::text AS line FROM ({query}) AS offending ORDER BY id");
    let ids = lines(conn, &query);
    ids.iter().map(|id| id.parse().unwrap()).collect()
}
