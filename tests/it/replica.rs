//! Reads on a streaming replica: a real primary and a real standby, stopped, paused and killed.

mod conflict;
mod loss;
mod position;

use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Integer};
use spending_db::database::{ReplicaCondition, ReplicaState};
use spending_db::{Config, Database, Error};

use crate::support::{Pair, TestDatabase, wait_until};

/// The database `postgres` of a pair, with an empty table `t`.
fn config(pair: &Pair) -> Config {
    let mut conn = pair.primary.conn();
    conn.batch_execute("CREATE TABLE IF NOT EXISTS t (n int)")
        .unwrap();
    Config::from_url(&pair.primary.url("postgres"))
        .unwrap()
        .replica_url(&pair.standby.url("postgres"))
        .unwrap()
        .migrate_on_open(false)
}

/// Opened, and read once, so that the replica is looked after.
fn open(config: Config) -> Database {
    let database = Database::open(config).unwrap();
    wait_until(|| {
        read(&database);
        state(&database).condition == ReplicaCondition::Usable
    });
    // It has the table.
    wait_until(|| {
        let seen = database.read(|conn| Ok::<_, Error>((is_standby(conn)?, rows(conn))));
        matches!(seen, Ok((true, 0..)))
    });
    database
}

fn state(database: &Database) -> ReplicaState {
    database.replica_state().unwrap()
}

fn wait_for(database: &Database, condition: ReplicaCondition) {
    wait_until(|| state(database).condition == condition);
}

/// Whether a server is a standby.
fn is_standby(conn: &mut PgConnection) -> Result<bool, Error> {
    Ok(diesel::select(sql::<Bool>("pg_is_in_recovery()")).get_result(conn)?)
}

/// Reads, and tells whether a standby was read.
fn read(database: &Database) -> bool {
    database.read(is_standby).unwrap()
}

/// How many rows `t` has; -1 where there is no such table.
fn rows(conn: &mut PgConnection) -> i64 {
    diesel::select(sql::<BigInt>("(SELECT count(*) FROM t)"))
        .get_result(conn)
        .unwrap_or(-1)
}

fn insert(conn: &mut PgConnection) -> Result<(), Error> {
    Ok(conn.batch_execute("INSERT INTO t VALUES (1)")?)
}

#[test]
fn reads_go_there_writes_do_not() {
    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair));
    let port = sql::<Integer>("inet_server_port()");
    let seen: (bool, i32) = database
        .read(|conn| {
            Ok::<_, Error>((
                is_standby(conn)?,
                diesel::select(port.clone()).get_result(conn)?,
            ))
        })
        .unwrap();
    assert_eq!(seen, (true, i32::from(pair.standby.port)));
    assert!(!database.transaction(is_standby).unwrap());
    assert!(!is_standby(&mut database.conn().unwrap()).unwrap());

    let state = state(&database);
    assert!(
        state.reads > 0 && state.lag < Some(Duration::from_secs(10)),
        "{state:?}"
    );
    assert_eq!(state.connections.unwrap().in_use, 0);
    let json = serde_json::to_value(&state).unwrap();
    assert!(
        json["condition"] == "usable" && json["lag_ms"].is_number(),
        "{json}"
    );
}

#[test]
fn what_fails_for_its_own_reasons_is_not_tried_again() {
    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair).statement_timeout(Some(Duration::from_millis(300))));
    let times = |work: &mut dyn FnMut(&mut PgConnection) -> Result<(), Error>| {
        let mut runs = 0;
        let outcome = database.read(|conn| {
            runs += 1;
            work(conn)
        });
        (runs, outcome.unwrap_err())
    };
    let (runs, error) = times(&mut insert);
    assert_eq!(runs, 1);
    assert!(
        error.to_string().contains("read-only transaction"),
        "{error}"
    );
    let (runs, error) = times(&mut |_| Err(Error::NotFound));
    assert!(runs == 1 && matches!(error, Error::NotFound), "{error}");
    let (runs, error) = times(&mut |conn| Ok(conn.batch_execute("SELECT pg_sleep(60)")?));
    assert!(
        runs == 1 && error.to_string().contains("statement timeout"),
        "{error}"
    );

    // What the replica has not heard of yet is asked for on the primary, which is the one to say no.
    let mut asked = Vec::new();
    let missing: Result<(), Error> = database.read(|conn| {
        asked.push(is_standby(conn)?);
        Ok(conn.batch_execute("SELECT * FROM missing")?)
    });
    assert_eq!(asked, [true, false]);
    assert!(missing.unwrap_err().to_string().contains("missing"));
    assert_eq!(state(&database).condition, ReplicaCondition::Usable);
}

#[test]
fn without_a_replica_a_read_is_the_pool_s() {
    let test = TestDatabase::empty();
    let config = Config::from_url(&test.url())
        .unwrap()
        .migrate_on_open(false);
    let database = Database::open(config).unwrap();
    assert!(!read(&database));
    assert!(database.replica_state().is_none());
    let mut session = database.session();
    session
        .write(|conn| Ok::<_, Error>(conn.batch_execute("CREATE TABLE t (n int)")?))
        .unwrap();
    let seen = session.read(|conn| Ok::<_, Error>(rows(conn)));
    assert_eq!(seen.unwrap(), 0);
}

#[test]
fn a_server_that_takes_writes_or_is_another_s_is_not_read() {
    let Some(pair) = Pair::start() else { return };
    let with_itself = config(&pair)
        .replica_url(&pair.primary.url("postgres"))
        .unwrap();
    let database = Database::open(with_itself).unwrap();
    assert!(!read(&database));
    wait_for(&database, ReplicaCondition::Gone);
    assert_eq!(
        state(&database).reason.unwrap(),
        "it is no replica: it takes writes"
    );

    let test = TestDatabase::empty();
    let of_others = Config::from_url(&test.url())
        .unwrap()
        .migrate_on_open(false)
        .replica_url(&pair.standby.url("postgres"))
        .unwrap();
    let database = Database::open(of_others).unwrap();
    assert!(!read(&database));
    wait_for(&database, ReplicaCondition::Gone);
    assert_eq!(
        state(&database).reason.unwrap(),
        "it is no replica of this database"
    );
    assert!(!read(&database));
    assert_eq!(state(&database).reads, 0);
}

#[test]
fn the_crate_s_own_questions_are_answered_there() {
    use spending_db::models::core::{NewUser, User};

    let Some(pair) = Pair::start() else { return };
    let database = open(config(&pair).migrate_on_open(true));
    let mut session = database.session();
    let user = session
        .write(|conn| NewUser::new("ann@example.org").insert(conn))
        .unwrap();
    wait_until(|| {
        let found =
            session.read(|conn| Ok::<_, Error>((is_standby(conn)?, User::find(conn, user.id)?)));
        let (from_standby, found) = found.unwrap();
        assert_eq!(found.id, user.id);
        from_standby
    });
}
