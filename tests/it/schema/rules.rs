//! Rules that hold for all tables alike, tried on a row in each.

use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use spending_db::models::core::User;

use crate::schema::{execute, lines};
use crate::support::TestDatabase;
use crate::support::fixtures::Household;

const TABLES: &str = "
    SELECT relname::text AS line FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND relname <> '__diesel_schema_migrations'
    ORDER BY relname";

fn count(conn: &mut PgConnection, table: &str) -> i64 {
    let query = format!("SELECT count(*)::text AS line FROM {table}");
    lines(conn, &query)[0].parse().unwrap()
}

/// A database with at least one row in every table.
fn filled() -> (TestDatabase, Household) {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    home.fill(conn);
    for table in lines(conn, TABLES) {
        assert!(count(conn, &table) > 0, "{table}");
    }
    (db, home)
}

#[test]
fn money_is_never_infinite_nor_not_a_number() {
    let (db, _) = filled();
    let conn = &mut db.conn();
    let columns = lines(
        conn,
        "SELECT format('%s.%s.%s', relname, attname, CASE WHEN atttypmod = -1 THEN 'any' ELSE 'fixed' END) AS line
         FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
         WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND atttypid = 'numeric'::regtype",
    );
    assert_eq!(columns.len(), 23);
    for column in columns {
        let [table, column, scale] = column.split('.').collect::<Vec<_>>()[..] else {
            panic!("{column}");
        };
        for value in ["NaN", "Infinity", "-Infinity"] {
            let error =
                execute(conn, &format!("UPDATE {table} SET {column} = '{value}'")).unwrap_err();
            let Error::DatabaseError(kind, information) = error else {
                panic!("{table}.{column}: {error}");
            };
            if scale == "fixed" && value != "NaN" {
                assert!(
                    information.message().contains("overflow"),
                    "{table}.{column}"
                );
                continue;
            }
            assert!(
                matches!(kind, DatabaseErrorKind::CheckViolation),
                "{table}.{column}"
            );
            let name = information.constraint_name().unwrap();
            assert!(name.ends_with(&format!("{column}_finite_check")), "{name}");
        }
    }
}

#[test]
fn currencies_have_three_letters() {
    let (db, _) = filled();
    let conn = &mut db.conn();
    let mut columns = lines(
        conn,
        "SELECT format('%s.%s', conrelid::regclass, attname) AS line
         FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
         WHERE contype = 'c' AND pg_get_constraintdef(pg_constraint.oid) LIKE '%char_length%= 3%'",
    );
    columns.sort_unstable();
    let expected = [
        "amazon_orders.currency",
        "amazon_returns.currency",
        "apple_transactions.currency",
        "gmail_receipts.currency_code",
        "truelayer_accounts.currency",
        "truelayer_balances.currency",
        "truelayer_card_balance_snapshots.currency",
        "truelayer_card_transactions.currency",
        "truelayer_transactions.currency",
    ];
    assert_eq!(columns, expected);
    for column in columns {
        let (table, column) = column.split_once('.').unwrap();
        for value in ["GB", "GBPS", ""] {
            let error =
                execute(conn, &format!("UPDATE {table} SET {column} = '{value}'")).unwrap_err();
            let expected = format!("\"{table}_{column}_check\"");
            assert!(error.to_string().contains(&expected), "{error}");
        }
    }
}

#[test]
fn updated_at_moves_when_a_row_changes_and_only_then() {
    let (db, _) = filled();
    let conn = &mut db.conn();
    let tables = lines(
        conn,
        "SELECT attrelid::regclass::text AS line FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
         WHERE attname = 'updated_at' AND relkind = 'r' AND relnamespace = 'public'::regnamespace",
    );
    assert_eq!(tables.len(), 13);
    for table in tables {
        let latest = format!("SELECT max(updated_at)::text AS line FROM {table}");
        let before = lines(conn, &latest);
        execute(conn, &format!("UPDATE {table} SET created_at = created_at")).unwrap();
        assert_eq!(lines(conn, &latest), before, "{table}");
        execute(
            conn,
            &format!("UPDATE {table} SET created_at = created_at - interval '1 day'"),
        )
        .unwrap();
        assert!(lines(conn, &latest) > before, "{table}");
        execute(
            conn,
            &format!("UPDATE {table} SET updated_at = '2001-01-01 00:00:00+00'"),
        )
        .unwrap();
        assert!(lines(conn, &latest)[0].starts_with("2001-01-01"), "{table}");
    }
}

/// What stays of a household: rows without an owner, and the three tables whose `user_id` is not a foreign key.
const REMAINS: [&str; 23] = [
    "account_mappings",
    "amazon_business_connections",
    "amazon_business_line_items",
    "amazon_business_orders",
    "amazon_orders",
    "amazon_returns",
    "amazon_transaction_matches",
    "apple_transactions",
    "categories",
    "category_keywords",
    "category_rules",
    "custom_categories",
    "enrichment_cache",
    "gmail_merchant_aliases",
    "gmail_oauth_state",
    "gmail_sender_patterns",
    "merchant_normalizations",
    "normalized_categories",
    "normalized_subcategories",
    "security_audit_log",
    "subcategory_mappings",
    "transactions",
    "webhook_events",
];

#[test]
fn a_user_who_goes_takes_everything_of_theirs() {
    let (db, home) = filled();
    let conn = &mut db.conn();
    execute(conn, "DELETE FROM truelayer_amazon_business_matches").unwrap();
    User::delete(conn, home.user).unwrap();

    let remains: Vec<_> = lines(conn, TABLES)
        .into_iter()
        .filter(|table| count(conn, table) > 0)
        .collect();
    assert_eq!(remains, REMAINS);
    let released = lines(
        conn,
        "SELECT 'refund' AS line FROM amazon_returns
         WHERE original_transaction_id IS NULL AND refund_transaction_id IS NULL
         UNION ALL SELECT 'event' FROM security_audit_log WHERE user_id IS NULL",
    );
    assert_eq!(released, ["refund", "event"]);
}
