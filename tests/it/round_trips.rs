//! How often the crate asks the server: once for one question.

mod hot;

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::models::core::{NewUser, User};
use spending_db::types::UserId;
use spending_db::{Config, Database, Error};

use crate::support::TestDatabase;
use crate::support::wire::{Traffic, Wire};

/// What Diesel sends on each new connection.
const BY_DIESEL: usize = 2;

/// A pool of one connection, made when it is first asked for.
fn open(wire: &Wire) -> Database {
    let config = Config::from_url(wire.url()).unwrap();
    let config = config.pool_size(1).pool_min_idle(0);
    Database::open(config.checkout_timeout(Duration::from_secs(60))).unwrap()
}

fn texts(traffic: &Traffic) -> Vec<&str> {
    let statements = traffic.statements.iter();
    statements
        .map(|statement| statement.text.as_str())
        .collect()
}

#[test]
fn opening_an_up_to_date_database_takes_two_round_trips_after_the_connection_is_there() {
    let database = TestDatabase::new();
    let wire = Wire::to(&database);
    let (_handle, traffic) = wire.during(|| open(&wire));
    let asked = texts(&traffic);
    assert_eq!(asked.len(), BY_DIESEL + 2, "{asked:?}");
    assert_eq!(traffic.round_trips, asked.len());
    assert!(
        asked[..BY_DIESEL]
            .iter()
            .all(|text| text.starts_with("SET ")),
        "{asked:?}"
    );
    assert!(
        asked[BY_DIESEL..]
            .iter()
            .all(|text| text.contains("__diesel_schema_migrations")),
        "{asked:?}"
    );
}

#[test]
fn a_read_by_key_is_one_round_trip_through_the_pool() {
    let database = TestDatabase::new();
    let user = NewUser::new("ada@example.com")
        .insert(&mut database.conn())
        .unwrap()
        .id;
    let wire = Wire::to(&database);
    let handle = open(&wire);
    let read = || User::find(&mut handle.conn().unwrap(), user).unwrap();
    let (_, first) = wire.during(read);
    assert_eq!(
        first.round_trips,
        BY_DIESEL + 2,
        "it is prepared: {first:?}"
    );
    let ((), traffic) = wire.during(|| {
        for _ in 0..10 {
            read();
        }
    });
    assert_eq!(
        (traffic.round_trips, traffic.parsed),
        (10, 0),
        "{traffic:?}"
    );
}

#[test]
fn a_connection_that_was_not_used_costs_nothing() {
    let database = TestDatabase::new();
    let wire = Wire::to(&database);
    let handle = open(&wire);
    drop(handle.conn().unwrap());
    let ((), traffic) = wire.during(|| drop(handle.conn().unwrap()));
    assert_eq!(traffic.round_trips, 0, "{traffic:?}");
}

#[test]
fn a_transaction_adds_its_beginning_and_its_end() {
    let database = TestDatabase::new();
    let wire = Wire::to(&database);
    let handle = open(&wire);
    let rename = || -> Result<usize, Error> {
        handle.transaction(|conn| {
            let nobody = User::find(conn, UserId(1)).unwrap_err();
            assert!(matches!(nobody, Error::NotFound));
            Ok(7)
        })
    };
    rename().unwrap();
    let (seven, traffic) = wire.during(rename);
    assert_eq!(seven.unwrap(), 7);
    let asked = texts(&traffic);
    assert_eq!(asked.len(), 3, "{asked:?}");
    assert_eq!((asked[0], asked[2]), ("BEGIN", "COMMIT"));
    assert_eq!((traffic.round_trips, traffic.parsed), (3, 0));

    let read =
        || -> Result<bool, Error> { handle.read(|conn| Ok(User::find(conn, UserId(1)).is_err())) };
    assert!(read().unwrap());
    let (nobody, traffic) = wire.during(read);
    assert!(nobody.unwrap());
    assert_eq!(traffic.round_trips, 3, "{traffic:?}");

    let (undone, traffic) = wire.during(|| {
        handle.transaction(|conn| {
            User::find(conn, UserId(1))?;
            Ok::<_, Error>(())
        })
    });
    assert!(matches!(undone, Err(Error::NotFound)));
    assert_eq!(texts(&traffic)[2], "ROLLBACK");
    assert_eq!(traffic.round_trips, 3, "{traffic:?}");
}

#[test]
fn what_may_soil_the_session_costs_one_round_trip_more() {
    let database = TestDatabase::new();
    let wire = Wire::to(&database);
    let handle = open(&wire);
    let soil = || {
        let mut conn = handle.conn().unwrap();
        conn.batch_execute("SET work_mem = '1MB'").unwrap();
    };
    soil();
    let ((), traffic) = wire.during(soil);
    let asked = texts(&traffic);
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[1].contains("RESET ALL"), "{asked:?}");
    assert_eq!(traffic.round_trips, 2);

    let left_open = || {
        let mut conn = handle.conn().unwrap();
        conn.begin_test_transaction().unwrap();
    };
    let ((), traffic) = wire.during(left_open);
    assert!(texts(&traffic)[1].contains("ROLLBACK"), "{traffic:?}");
}
