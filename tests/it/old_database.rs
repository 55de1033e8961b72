//! The old database that the tests build is the one that is known, and its rows leave nothing out.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Jsonb};
use spending_db::catalog::{Catalog, behind};

use crate::support::TestDatabase;
use crate::support::old_database::{OldTable, catalog};

#[derive(QueryableByName)]
struct Document {
    #[diesel(sql_type = Jsonb)]
    catalog: serde_json::Value,
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

#[derive(QueryableByName)]
struct Filled {
    #[diesel(sql_type = Bool)]
    some_null: bool,
    #[diesel(sql_type = Bool)]
    some_value: bool,
}

/// Columns and keys that PostgreSQL itself reads back are those of the known catalog.
#[test]
fn it_has_the_known_catalog() {
    let database = TestDatabase::old();
    let conn = &mut database.conn();
    let document: Document = diesel::sql_query(include_str!("old_database/catalog.sql"))
        .get_result(conn)
        .unwrap();
    let built: BTreeMap<String, OldTable> = serde_json::from_value(document.catalog).unwrap();
    let mut known = catalog();
    for table in known.values_mut() {
        table.constraints.sort_by(|a, b| a.name.cmp(&b.name));
        table.indexes.sort_by(|a, b| a.name.cmp(&b.name));
    }
    assert_eq!(built.len(), 51);
    for (name, table) in &known {
        assert_eq!(built.get(name), Some(table), "{name}");
    }
    assert_eq!(built.len(), known.len());
}

#[test]
fn every_table_has_several_rows() {
    let database = TestDatabase::old();
    let conn = &mut database.conn();
    for table in catalog().keys() {
        let question = format!("SELECT count(*) AS count FROM {table}");
        let Count { count } = diesel::sql_query(question).get_result(conn).unwrap();
        assert!(count >= 3, "{table} has {count}");
    }
}

/// A column that takes NULL before and after is NULL in one row and not in another; the others have values alone.
#[test]
fn every_column_has_values_and_null_where_it_may() {
    let database = TestDatabase::old();
    let conn = &mut database.conn();
    let expected = Catalog::expected().unwrap();
    for (name, table) in catalog() {
        let new = match name.as_str() {
            "truelayer_apple_transaction_matches" => "apple_transaction_matches",
            "llm_enrichment_cache" => "enrichment_cache",
            same => same,
        };
        for column in table.columns {
            let to_be = expected.tables[new].column(&column.name).unwrap();
            let question = format!(
                "SELECT bool_or(\"{0}\" IS NULL) AS some_null, bool_or(\"{0}\" IS NOT NULL) AS some_value FROM {name}",
                column.name
            );
            let filled: Filled = diesel::sql_query(question).get_result(conn).unwrap();
            assert!(filled.some_value, "{name}.{} is never given", column.name);
            let may_be_null = !column.not_null && !to_be.not_null;
            assert_eq!(filled.some_null, may_be_null, "{name}.{}", column.name);
        }
    }
}

#[test]
fn no_sequence_is_behind() {
    let database = TestDatabase::old();
    assert_eq!(behind(&mut database.conn()).unwrap(), []);
}
