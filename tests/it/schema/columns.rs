//! Tables and their columns are those of the dictionary.

use crate::schema::lines;
use crate::support::TestDatabase;

/// Made from the dictionary (`reference/tables.yaml`) and, for `sync_jobs`, the design.
const EXPECTED: &str = include_str!("expected_columns.txt");

const COLUMNS: &str = "
    SELECT relname || E'\\n' || string_agg(
        format('    %s %s', attname, replace(format_type(atttypid, atttypmod), 'timestamp with time zone', 'timestamptz'))
            || CASE WHEN attnotnull THEN ' not null' ELSE '' END
            || CASE WHEN attidentity = 'd' THEN ' identity' ELSE '' END
            || COALESCE(' default ' || regexp_replace(pg_get_expr(adbin, adrelid), '::(text|jsonb|integer|text\\[\\]|integer\\[\\])+$', ''), ''),
        E'\\n' ORDER BY attnum) AS line
    FROM pg_class
    JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
    LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '__diesel_schema_migrations'
    GROUP BY relname
    ORDER BY relname COLLATE \"C\"";

#[test]
fn the_52_tables_have_the_columns_of_the_dictionary() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let tables = lines(conn, COLUMNS);
    assert_eq!(tables.len(), 52);
    let found = tables.join("\n");
    for (found, expected) in found.lines().zip(EXPECTED.lines()) {
        assert_eq!(found, expected);
    }
    assert_eq!(found.lines().count(), EXPECTED.lines().count());
}

#[test]
fn no_column_has_a_type_that_loses_something() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let types = lines(
        conn,
        "SELECT DISTINCT format_type(atttypid, NULL) AS line
         FROM pg_class
         JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '__diesel_schema_migrations'
         ORDER BY line",
    );
    let expected = [
        "bigint",
        "boolean",
        "date",
        "integer",
        "integer[]",
        "jsonb",
        "numeric",
        "text",
        "text[]",
        "timestamp with time zone",
    ];
    assert_eq!(types, expected);
}

#[test]
fn every_table_and_view_says_what_it_is() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let silent = lines(
        conn,
        "SELECT relname::text AS line
         FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'v')
           AND relname <> '__diesel_schema_migrations'
           AND COALESCE(obj_description(oid, 'pg_class'), '') !~ '^[A-Z].*\\.$'",
    );
    assert_eq!(silent, [""; 0]);
}
