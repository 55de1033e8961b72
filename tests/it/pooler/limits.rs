//! Time limits, and what a session has of its own.

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::Text;
use spending_db::{Config, Database, Error};

use super::{config, limit, open, pooled};
use crate::support::{Bouncer, TestDatabase};

fn setting(conn: &mut PgConnection, name: &str) -> Result<String, Error> {
    let setting = format!("current_setting('{name}')");
    Ok(diesel::select(sql::<Text>(&setting)).get_result(conn)?)
}

#[test]
fn opening_makes_sure_that_the_server_holds_the_limits() {
    let test = TestDatabase::new();
    let Some(bouncer) = Bouncer::start(&test, 2) else {
        return;
    };
    let refused = Database::open(config(&test, &bouncer)).unwrap_err();
    let Error::Config { variable, reason } = &refused else {
        panic!("{refused}");
    };
    assert_eq!(variable, "SPENDING_DB_STATEMENT_TIMEOUT");
    assert!(
        reason.contains("ALTER ROLE CURRENT_USER SET statement_timeout = 300000"),
        "{reason}"
    );
    let unlimited = config(&test, &bouncer)
        .statement_timeout(None)
        .lock_timeout(None);
    let database = Database::open(unlimited).unwrap();
    let held = database.transaction(|conn| setting(conn, "statement_timeout"));
    assert_eq!(held.unwrap(), "0");
}

#[test]
fn limits_hold_within_transactions_and_outside() {
    let test = TestDatabase::new();
    limit(&test, "2s", "1s");
    let Some(bouncer) = Bouncer::start(&test, 2) else {
        return;
    };
    let database = open(&test, &bouncer);
    let outside = database
        .conn()
        .unwrap()
        .batch_execute("SELECT pg_sleep(60)");
    assert!(
        outside
            .unwrap_err()
            .to_string()
            .contains("statement timeout")
    );
    for held in [
        database.transaction(|conn| setting(conn, "statement_timeout")),
        database.read(|conn| setting(conn, "statement_timeout")),
    ] {
        assert_eq!(held.unwrap(), "5min");
    }
    // Longer than the server's own limit.
    let slept: Result<(), Error> =
        database.transaction(|conn| Ok(conn.batch_execute("SELECT pg_sleep(2.5)")?));
    slept.unwrap();
    let mut holder = test.conn();
    holder.batch_execute("BEGIN; LOCK TABLE users").unwrap();
    let locked = database
        .conn()
        .unwrap()
        .batch_execute("SELECT * FROM users");
    assert!(locked.unwrap_err().to_string().contains("lock timeout"));

    let shorter = config(&test, &bouncer).lock_timeout(Some(Duration::from_millis(500)));
    let refused = Database::open(shorter).unwrap_err();
    assert!(
        refused.to_string().starts_with("SPENDING_DB_LOCK_TIMEOUT"),
        "{refused}"
    );
}

#[test]
fn times_are_utc_and_nothing_of_a_caller_stays_open() {
    let Some((test, bouncer)) = pooled(1) else {
        return;
    };
    let database = open(&test, &bouncer);
    let zone = database.transaction(|conn| setting(conn, "TimeZone"));
    assert_eq!(zone.unwrap(), "UTC");
    {
        let mut conn = database.conn().unwrap();
        conn.batch_execute("BEGIN; INSERT INTO users (email) VALUES ('x@example.org')")
            .unwrap();
    }
    {
        let mut conn = database.conn().unwrap();
        conn.batch_execute("BEGIN").unwrap();
        conn.batch_execute("SELECT 1/0").unwrap_err();
    }
    // With one server connection nobody else would come in.
    let other = open(&test, &bouncer);
    let users = other.read(|conn| setting(conn, "transaction_read_only"));
    assert_eq!(users.unwrap(), "on");
    let users = diesel::select(sql::<Text>("(SELECT count(*)::text FROM users)"));
    assert_eq!(users.get_result::<String>(&mut test.conn()).unwrap(), "0");
}

#[test]
fn without_the_setting_the_pooler_refuses_the_session_s_settings() {
    let Some((test, bouncer)) = pooled(1) else {
        return;
    };
    let refused = Database::open(Config::from_url(&bouncer.url(&test)).unwrap()).unwrap_err();
    assert!(
        refused
            .to_string()
            .contains("unsupported startup parameter"),
        "{refused}"
    );
}
