//! Constraints and indexes are named by PostgreSQL's own rule, `<table>_<columns>_<kind>` shortened to 63 bytes, where
//! `kind` is `pkey`, `key` (unique), `fkey`, `check` or `idx`, with three additions:
//!
//! - `finite_check` keeps NaN and infinities out, `no_null_check` nulls out of an array;
//! - an expression counts as the column it is over;
//! - an index over some rows only adds their description to its columns (see [`DESCRIPTIONS`]).

use crate::schema::{execute, lines};
use crate::support::TestDatabase;

/// What a partial index's predicate adds to its name. A unique index, `… IS NOT NULL` and a flag of its own add nothing.
const DESCRIPTIONS: [(&str, &str); 9] = [
    ("(NOT processed)", "unprocessed"),
    ("(parsing_status = 'unparseable'::text)", "unparseable"),
    (
        "(pdf_processing_status = ANY (ARRAY['pending'::text, 'processing'::text]))",
        "pending_processing",
    ),
    (
        "(status = ANY (ARRAY['queued'::text, 'running'::text]))",
        "queued_running",
    ),
    (
        "(COALESCE(jsonb_typeof((metadata -> 'enrichment'::text)), 'null'::text) = 'null'::text)",
        "unenriched",
    ),
    ("(state = 'queued'::text)", "queued"),
    ("(state = 'running'::text)", "running"),
    (
        "((upper(merchant_name) ~~ '%AMAZON%'::text) OR (upper(merchant_name) ~~ '%AMZN%'::text) \
         OR (upper(description) ~~ '%AMAZON%'::text) OR (upper(description) ~~ '%AMZN%'::text))",
        "amazon",
    ),
    (
        "((upper(merchant_name) ~~ '%APPLE%'::text) OR (upper(description) ~~ '%APPLE%'::text))",
        "apple",
    ),
];

/// `makeObjectName` of PostgreSQL's `indexcmds.c`: the longer of table and columns is shortened first.
fn object_name(table: &str, columns: &str, kind: &str) -> String {
    let (mut table, mut columns) = (table, columns);
    while table.len() + columns.len() + kind.len() + 2 > 63 {
        if table.len() > columns.len() {
            table = &table[..table.len() - 1];
        } else {
            columns = &columns[..columns.len() - 1];
        }
    }
    if columns.is_empty() {
        format!("{table}_{kind}")
    } else {
        format!("{table}_{columns}_{kind}")
    }
}

/// Compares the names in lines of `name|table|columns|kind` with the rule.
fn assert_named_by_rule(lines: &[String]) {
    for line in lines {
        let [name, table, columns, kind] = line.split('|').collect::<Vec<_>>()[..] else {
            panic!("{line}");
        };
        assert_eq!(name, object_name(table, columns, kind), "{line}");
    }
}

#[test]
fn constraints() {
    let db = TestDatabase::new();
    let found = lines(
        &mut db.conn(),
        "SELECT concat_ws('|', conname, conrelid::regclass,
             CASE contype WHEN 'p' THEN '' ELSE
                 (SELECT string_agg(attname, '_' ORDER BY place)
                  FROM unnest(conkey) WITH ORDINALITY key (number, place)
                  JOIN pg_attribute ON attrelid = conrelid AND attnum = number) END,
             CASE contype WHEN 'p' THEN 'pkey' WHEN 'u' THEN 'key' WHEN 'f' THEN 'fkey' WHEN 'c' THEN
                 CASE WHEN pg_get_constraintdef(oid) LIKE '%NaN%' THEN 'finite_check'
                      WHEN pg_get_constraintdef(oid) LIKE '%array_position%' THEN 'no_null_check'
                      ELSE 'check' END END) AS line
         FROM pg_constraint
         WHERE connamespace = 'public'::regnamespace AND conrelid <> '__diesel_schema_migrations'::regclass
           -- From PostgreSQL 18 on, NOT NULL has constraints too; the server names them.
           AND contype <> 'n'",
    );
    assert!(found.len() > 150, "{}", found.len());
    assert_named_by_rule(&found);
}

#[test]
fn indexes() {
    let db = TestDatabase::new();
    let found = lines(
        &mut db.conn(),
        "SELECT concat_ws('|', pg_class.relname, indrelid::regclass,
             (SELECT string_agg(regexp_replace(pg_get_indexdef(indexrelid, key, true), '^\\w+\\((.*)\\)$|\"', '\\1', 'g'),
                                '_' ORDER BY key)
              FROM generate_series(1, indnkeyatts) key),
             CASE WHEN indisunique THEN 'key' ELSE 'idx' END,
             COALESCE(pg_get_expr(indpred, indrelid), '')) AS line
         FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
         WHERE relnamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u'))",
    );
    assert!(found.len() > 100, "{}", found.len());
    let mut used = Vec::new();
    for line in &found {
        let [name, table, columns, kind, predicate] = line.split('|').collect::<Vec<_>>()[..]
        else {
            panic!("{line}");
        };
        let description = DESCRIPTIONS.iter().find(|(text, _)| *text == predicate);
        let columns = match description {
            Some((text, words)) if kind == "idx" => {
                used.push(*text);
                format!("{columns}_{words}")
            }
            _ => columns.to_owned(),
        };
        assert_eq!(name, object_name(table, &columns, kind), "{line}");
    }
    used.sort_unstable();
    used.dedup();
    assert_eq!(
        used.len(),
        DESCRIPTIONS.len(),
        "all descriptions are in use"
    );
}

#[test]
fn long_names_are_shortened_as_postgresql_does() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (table, column) = (
        "a_table_with_quite_a_long_name_indeed",
        "a_column_with_quite_a_long_name_too",
    );
    execute(
        conn,
        &format!("CREATE TABLE {table} ({column} integer UNIQUE)"),
    )
    .unwrap();
    let found = lines(
        conn,
        &format!(
            "SELECT conname::text AS line FROM pg_constraint WHERE conrelid = '{table}'::regclass"
        ),
    );
    assert_eq!(found, [object_name(table, column, "key")]);
}
