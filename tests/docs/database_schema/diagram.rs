//! Entity diagrams in Mermaid, which GitHub draws: tables with their keys, and what refers to what.

use std::collections::BTreeMap;
use std::fmt::Write;

use spending_db::catalog::{Catalog, Column, Table};

use super::definitions::{self, Reference};

/// A diagram of some tables. Tables of other domains that they refer to stand as empty boxes.
pub(super) fn write(catalog: &Catalog, tables: &BTreeMap<&str, &Table>) -> String {
    let mut diagram = "```mermaid\nerDiagram\n".to_owned();
    for (name, table) in tables {
        writeln!(diagram, "    {name} {{").unwrap();
        for column in &table.columns {
            let kinds = kinds(table, column);
            if !kinds.is_empty() {
                let sql_type = identifier(&column.sql_type);
                writeln!(
                    diagram,
                    "        {sql_type} {} {}",
                    column.name,
                    kinds.join(", ")
                )
                .unwrap();
            }
        }
        diagram.push_str("    }\n");
    }
    for (name, table) in tables {
        for reference in definitions::references(table) {
            assert!(catalog.tables.contains_key(&reference.table));
            writeln!(
                diagram,
                "    {} {} {name} : {}",
                reference.table,
                cardinality(table, &reference),
                reference.columns.replace(", ", "_and_"),
            )
            .unwrap();
        }
    }
    diagram.push_str("```\n");
    diagram
}

/// `PK`, `FK` and `UK`, as far as they are true of a column.
fn kinds(table: &Table, column: &Column) -> Vec<&'static str> {
    let has = |columns: &str| columns.split(", ").any(|name| name == column.name);
    let keys = definitions::keys(table);
    let is_key = |wanted| {
        keys.iter()
            .any(|(kind, columns)| *kind == wanted && has(columns))
    };
    let is_reference = definitions::references(table)
        .iter()
        .any(|reference| has(&reference.columns));
    [
        ("PK", is_key("PK")),
        ("FK", is_reference),
        ("UK", is_key("UK")),
    ]
    .into_iter()
    .filter_map(|(kind, is_so)| is_so.then_some(kind))
    .collect()
}

/// How many rows there are at either end: what is referred to, and what refers.
fn cardinality(table: &Table, reference: &Reference) -> String {
    let is_needed = reference
        .columns
        .split(", ")
        .all(|name| table.column(name).is_some_and(|column| column.not_null));
    let is_unique = definitions::keys(table)
        .iter()
        .any(|(_, columns)| *columns == reference.columns);
    let one = if is_needed { "||" } else { "|o" };
    let many = if is_unique { "o|" } else { "o{" };
    format!("{one}--{many}")
}

/// A type as the diagram takes it, which wants an identifier.
fn identifier(sql_type: &str) -> String {
    let name = super::table::short_type(sql_type);
    let name = name.split('(').next().unwrap();
    name.replace("[]", "_array").replace(' ', "_")
}
