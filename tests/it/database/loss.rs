//! Connections that die, and servers that let nobody in.

use std::net::TcpListener;
use std::time::{Duration, Instant};

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::DatabaseErrorKind;
use diesel::result::Error::DatabaseError;
use spending_db::{Config, Database, Error};

use super::{config, count, open, pid};
use crate::support::{TestDatabase, maintenance, wait_until};

/// Ends every other connection to the database, and waits until they are gone.
fn terminate_others(conn: &mut PgConnection) {
    count(
        conn,
        "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity \
         WHERE datname = current_database() AND pid <> pg_backend_pid()",
    );
}

#[test]
fn connections_that_died_unused_are_replaced_unnoticed() {
    let database = TestDatabase::new();
    let handle = open(&database, 3);
    let mut held: Vec<_> = (0..3).map(|_| handle.conn().unwrap()).collect();
    let before: Vec<i32> = held.iter_mut().map(|conn| pid(conn)).collect();
    held.clear();
    terminate_others(&mut database.conn());
    let mut held: Vec<_> = (0..3).map(|_| handle.conn().unwrap()).collect();
    for conn in &mut held {
        assert!(!before.contains(&pid(conn)));
    }
}

#[test]
fn connections_that_die_in_use_cost_no_place_in_the_pool() {
    let database = TestDatabase::new();
    let handle = open(&database, 2);
    let mut outside = database.conn();
    for _ in 0..5 {
        let failed: Result<(), Error> = handle.transaction(|conn| {
            pid(conn);
            terminate_others(&mut outside);
            Ok(conn.batch_execute("SELECT 1")?)
        });
        assert!(matches!(
            failed.unwrap_err(),
            Error::Database(DatabaseError(DatabaseErrorKind::ClosedConnection, _))
        ));
        let own: Result<(), Error> = handle.transaction(|conn| {
            pid(conn);
            terminate_others(&mut outside);
            Err(Error::NotFound)
        });
        assert!(
            matches!(own, Err(Error::NotFound)),
            "the clean-up hides the first error: {own:?}"
        );
    }
    let held = [handle.conn().unwrap(), handle.conn().unwrap()];
    assert_eq!(handle.state().in_use, 2);
    drop(held);
}

#[test]
fn a_server_that_is_not_there_is_told_at_once_in_libpq_s_words() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let asked = Instant::now();
    let config =
        Config::from_url(&format!("postgres://someone:hunter2@127.0.0.1:{port}/db")).unwrap();
    let error = Database::open(config).unwrap_err();
    assert!(
        asked.elapsed() < Duration::from_secs(25),
        "{:?}",
        asked.elapsed()
    );
    assert!(matches!(error, Error::Connect(_)));
    let shown = format!("{error} {error:?}");
    assert!(
        shown.contains("Connection refused") && !shown.contains("hunter2"),
        "{shown}"
    );
    assert!(!error.to_string().contains('\n'), "{error}");
}

#[test]
fn a_server_that_lets_nobody_in_any_more_is_told_as_such_and_forgiven() {
    let database = TestDatabase::new();
    let handle =
        Database::open(config(&database, 2).checkout_timeout(Duration::from_millis(600))).unwrap();
    drop(handle.conn().unwrap());
    let name = handle.health().unwrap().database;
    let mut conn = maintenance();
    conn.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS false"))
        .unwrap();
    count(
        &mut conn,
        &format!(
            "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = '{name}'"
        ),
    );
    let error = handle.conn().map(|_| ()).unwrap_err();
    let Error::Connect(message) = &error else {
        panic!("{error}");
    };
    assert!(
        message.contains("not currently accepting connections"),
        "{message}"
    );
    conn.batch_execute(&format!("ALTER DATABASE {name} ALLOW_CONNECTIONS true"))
        .unwrap();
    wait_until(|| handle.conn().is_ok());
}
