//! How far the sources reach.

use serde_json::json;
use spending_db::operations::source_coverage;
use spending_db::types::BankConnectionStatus;

use super::{FAR_EAST, assert_one_statement, call};
use crate::support::fixtures::{account, amazon_order, bank_connection, transaction, user};
use crate::support::rows::day;
use crate::support::{TestDatabase, execute};

#[test]
fn another_users_bank_makes_nothing_stale() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (user(conn, "ada"), user(conn, "ben"));
    amazon_order(conn, "order");
    let bank = bank_connection(conn, ben, "bank");
    let account = account(conn, bank, "account");
    transaction(conn, account, "payment");
    execute(
        conn,
        "UPDATE truelayer_transactions SET timestamp = '2026-03-31T12:00Z'",
    );

    let mine = source_coverage::read(conn, ada).unwrap();
    assert_eq!((mine.bank.rows, mine.bank.newest), (0, None));
    assert_eq!(mine.amazon.newest, Some(day("2026-02-28")));
    assert!(!mine.is_stale(&mine.amazon));
    let theirs = source_coverage::read(conn, ben).unwrap();
    assert_eq!(
        (theirs.bank.rows, theirs.bank.newest),
        (1, Some(day("2026-03-31")))
    );
    assert!(theirs.is_stale(&theirs.amazon));
    assert!(!theirs.is_stale(&theirs.apple), "without a row");

    let old = call(conn, "get_source_coverage_dates", json!({"user_id": ben})).unwrap();
    assert_eq!(old["stale_sources"], json!(["amazon"]));
    let old = call(conn, "get_source_coverage_dates", json!({})).unwrap();
    assert_eq!(
        (&old["stale_sources"], &old["bank_transactions"]["count"]),
        (&json!([]), &json!(0)),
        "user 1 by default"
    );
}

#[test]
fn the_banks_days_are_utc_in_any_session() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let bank = bank_connection(conn, ada, "bank");
    let account = account(conn, bank, "account");
    transaction(conn, account, "payment");
    let late = "UPDATE truelayer_transactions SET timestamp = '2026-03-07T23:30Z'";
    execute(conn, late);
    let word = BankConnectionStatus::Disconnected;
    execute(
        conn,
        &format!("UPDATE bank_connections SET connection_status = '{word}'"),
    );
    amazon_order(conn, "order");
    execute(conn, FAR_EAST);

    let coverage = source_coverage::read(conn, ada).unwrap();
    assert_eq!(coverage.bank.newest, Some(day("2026-03-07")));
    assert_eq!(coverage.bank.oldest, Some(day("2026-03-07")));
    assert!(!coverage.is_stale(&coverage.amazon), "exactly a week");
}

#[test]
fn it_is_one_statement() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    assert_one_statement(conn, |conn| source_coverage::read(conn, ada).unwrap());
}
