//! The report for people: `docs/INDEXES.md`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};

use super::Findings;
use super::indexes::Index;
use super::known::Known;

/// The most operations that are named in a line.
const NAMED: usize = 6;

pub(super) fn write(
    conn: &mut PgConnection,
    findings: &Findings,
    indexes: &[Index],
    known: &Known,
) -> String {
    let rows: i64 = sql::<BigInt>("SELECT count(*) FROM truelayer_transactions")
        .get_result(conn)
        .unwrap();
    let version: String =
        sql::<Text>("SELECT split_part(current_setting('server_version'), '.', 1)")
            .get_result(conn)
            .unwrap();
    let mut text = format!(
        "# Indexes\n\n\
         Written by `./dev indexes`; the test `advisor` holds it true. Every old function was called with its recorded arguments, \
         and every command of the program on the samples: {} operations, {} different statements. Each was planned by \
         PostgreSQL {version} without a look at its values, on a database of {rows} transactions.\n\n",
        findings.operations.len(),
        findings.statements,
    );
    write_indexes(&mut text, findings, indexes, known);
    write_scans(&mut text, known);
    text
}

fn write_indexes(text: &mut String, findings: &Findings, indexes: &[Index], known: &Known) {
    text.push_str("## What each index is for\n");
    let mut table = "";
    for index in indexes {
        if index.table != table {
            table = &index.table;
            write!(
                text,
                "\n### `{table}`\n\n| Index | On | kB | Used by |\n|---|---|---:|---|\n"
            )
            .unwrap();
        }
        let used = findings.uses.get(&index.name);
        let mut purposes: Vec<String> = used.map(named).into_iter().collect();
        purposes.extend(index.purpose());
        purposes.extend(known.unused.get(&index.name).cloned());
        let on = index
            .definition
            .split_once(" USING ")
            .unwrap()
            .1
            .replace('|', "\\|");
        let kilobytes = index.bytes / 1024;
        writeln!(
            text,
            "| `{}` | `{on}` | {kilobytes} | {} |",
            index.name,
            purposes.join("; ")
        )
        .unwrap();
    }
}

fn write_scans(text: &mut String, known: &Known) {
    text.push_str("\n## What reads a whole table\n\nTables of at most 1,000 rows are left out.\n");
    let reasons: BTreeSet<&String> = known.scans.values().collect();
    for reason in reasons {
        write!(text, "\n### {reason}\n\n").unwrap();
        let scans = known.scans.iter().filter(|(_, given)| *given == reason);
        for ((table, operation), _) in scans {
            writeln!(text, "- {operation}: `{table}`").unwrap();
        }
    }
}

fn named(operations: &BTreeSet<String>) -> String {
    let mut named: Vec<&str> = operations.iter().map(String::as_str).take(NAMED).collect();
    let more = format!("{} more", operations.len().saturating_sub(NAMED));
    if operations.len() > NAMED {
        named.push(&more);
    }
    named.join(", ")
}
