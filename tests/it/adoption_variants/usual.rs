//! The old database as it is known.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use spending_db::adoption::{Options, State, apply, plan};
use spending_db::catalog::Catalog;
use spending_db::migrations::{Migrator, Options as Migration};

use super::session;
use super::variant::adopt;
use crate::support::TestDatabase;
use crate::support::old_database::catalog;
use crate::support::sql::lines;

#[test]
fn it_comes_over_whole() {
    let database = TestDatabase::old();
    let (planned, named) = adopt(&database);
    assert_eq!(planned.state, State::Differs);
    assert!(named.is_empty(), "{named:?}");
    let conn = &mut session(&database);
    let migrator = Migrator::embedded(Migration::default());
    assert!(migrator.pending(conn).unwrap().is_empty());
    assert!(migrator.changed(conn).unwrap().is_empty());
    assert_eq!(
        plan(conn, &Options::default()).unwrap().state,
        State::Adopted
    );
}

#[test]
fn planning_changes_nothing() {
    let database = TestDatabase::old();
    let conn = &mut session(&database);
    let before = Catalog::read(conn).unwrap();
    plan(conn, &Options::default()).unwrap();
    assert_eq!(Catalog::read(conn).unwrap(), before);
}

/// What Python printed is the JSON that it was made from.
#[test]
fn printed_dictionaries_are_json_afterwards() {
    let database = TestDatabase::old();
    let conn = &mut session(&database);
    apply(conn, &Options::default()).unwrap();
    let stored =
        "SELECT jsonb_build_array(id, metadata)::text AS line FROM truelayer_card_transactions";
    let stored: BTreeMap<i64, Value> = lines(conn, stored)
        .iter()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        stored[&1],
        json!({
            "transaction_id": "ctx-1",
            "meta": { "provider_category": "RESTAURANT", "cash_back": null },
            "settled": true
        })
    );
    assert_eq!(
        stored[&2],
        json!({
            "name": "O'Brien's",
            "note": "say \"hi\" \\ back",
            "unicode": "Zoë 日本",
            "amount": -1.5e-05,
            "list": [1, 2.50, null, false],
            "tuple": [1, "a"],
            "empty": {}
        })
    );
    assert_eq!((&stored[&3], &stored[&4]), (&Value::Null, &json!({})));
    assert_eq!(stored[&5], json!({ "proper": "json", "n": 1.50 }));
    assert_eq!(stored[&6], Value::Null);
}

/// The next row of each table gets the number that it would have had.
#[test]
fn ids_go_on() {
    let database = TestDatabase::old();
    let conn = &mut session(&database);
    apply(conn, &Options::default()).unwrap();
    for (table, next) in [
        ("users (email) VALUES ('new@example.com')", 1008),
        ("categories (name) VALUES ('new')", 1012),
        (
            "llm_enrichment_cache (transaction_description) VALUES ('new')",
            1005,
        ),
        (
            "truelayer_apple_transaction_matches (truelayer_transaction_id, apple_transaction_id, match_confidence) VALUES (41, 1, 1)",
            1007,
        ),
        (
            "webhook_events (event_id, event_type, payload) VALUES ('new', 'x', '{}')",
            1004,
        ),
    ] {
        let insert = format!("INSERT INTO {table} RETURNING id::text AS line");
        assert_eq!(lines(conn, &insert), [next.to_string()]);
    }
}

#[test]
fn every_known_table_is_in_the_report() {
    let database = TestDatabase::old();
    let conn = &mut session(&database);
    let report = apply(conn, &Options::default()).unwrap();
    let told: Vec<_> = report
        .tables
        .iter()
        .map(|done| done.table.as_str())
        .collect();
    for table in catalog().keys() {
        assert!(told.contains(&super::rows::new_name(table)), "{table}");
    }
}
