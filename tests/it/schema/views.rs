//! Old code works on the four views as on the tables that they show.

use diesel::prelude::*;

use crate::schema::{execute, lines};
use crate::support::TestDatabase;
use crate::support::fixtures::Household;

/// Runs the statements on a view; each must hit one row, but the one that does nothing on a conflict.
fn exercise(
    conn: &mut PgConnection,
    view: &str,
    columns: &str,
    values: &str,
    key: &str,
    set: &str,
) {
    let insert = format!("INSERT INTO {view} ({columns}) VALUES ({values})");
    let statements = [
        (insert.clone(), 1),
        (format!("{insert} ON CONFLICT ({key}) DO NOTHING"), 0),
        (
            format!("{insert} ON CONFLICT ({key}) DO UPDATE SET {set}"),
            1,
        ),
        (format!("UPDATE {view} SET {set}"), 1),
        (format!("DELETE FROM {view} WHERE {set}"), 1),
    ];
    for (statement, rows) in statements {
        assert_eq!(execute(conn, &statement), Ok(rows), "{statement}");
    }
    execute(conn, &insert).unwrap();
}

#[test]
fn apple_matches() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    exercise(
        conn,
        "truelayer_apple_transaction_matches",
        "truelayer_transaction_id, apple_transaction_id, match_confidence",
        &format!("{}, {}, 90", home.payment, home.purchase),
        "truelayer_transaction_id",
        "match_confidence = 95",
    );
    let stored =
        "SELECT format('%s %s', match_confidence, matched_at > now() - interval '1 minute') AS line
                  FROM apple_transaction_matches";
    assert_eq!(lines(conn, stored), ["90 t"]);
}

#[test]
fn enrichment_cache() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    exercise(
        conn,
        "llm_enrichment_cache",
        "transaction_description, transaction_direction, enrichment_data",
        "'AMAZON', 'out', '{}'",
        "transaction_description, transaction_direction",
        "enrichment_data = '[]'",
    );
    let stored =
        "SELECT format('%s %s', enrichment_data, cached_at > now() - interval '1 minute') AS line
                  FROM enrichment_cache";
    assert_eq!(lines(conn, stored), ["{} t"]);
}

#[test]
fn webhook_events() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    exercise(
        conn,
        "truelayer_webhook_events",
        "event_id, event_type, payload",
        "'1', 'sync', '{}'",
        "event_id",
        "event_type = 'other'",
    );
    let stored = "SELECT format('%s %s %s', event_type, processed, created_at > now() - interval '1 minute') AS line
                  FROM webhook_events";
    assert_eq!(lines(conn, stored), ["sync f t"]);
}

#[test]
fn balances() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    exercise(
        conn,
        "truelayer_balance_snapshots",
        "id, account_id, current_balance, currency, snapshot_at",
        &format!("7, {}, 12.50, 'GBP', now()", home.account),
        "id",
        "current_balance = 13.00",
    );
    let stored =
        "SELECT format('%s %s', current_balance, created_at > now() - interval '1 minute') AS line
                  FROM truelayer_balances";
    assert_eq!(lines(conn, stored), ["12.50 t"]);
}

#[test]
fn the_views_show_every_column_of_their_tables() {
    let db = TestDatabase::new();
    let columns = |relation: &str| {
        let query = format!(
            "SELECT string_agg(attname || ' ' || atttypid::regtype, ', ' ORDER BY attnum) AS line
             FROM pg_attribute WHERE attrelid = '{relation}'::regclass AND attnum > 0"
        );
        lines(&mut db.conn(), &query)
    };
    for (view, table) in [
        (
            "truelayer_apple_transaction_matches",
            "apple_transaction_matches",
        ),
        ("llm_enrichment_cache", "enrichment_cache"),
        ("truelayer_webhook_events", "webhook_events"),
        ("truelayer_balance_snapshots", "truelayer_balances"),
    ] {
        assert_eq!(columns(view), columns(table), "{view}");
    }
}
