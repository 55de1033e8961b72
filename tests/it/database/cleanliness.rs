//! A connection comes back clean whatever its user did.

use std::any::Any;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use diesel::connection::{
    AnsiTransactionManager, InstrumentationEvent, SimpleConnection, TransactionManager,
};
use diesel::dsl::sql;
use diesel::pg::PgRowByRowLoadingMode;
use diesel::prelude::*;
use diesel::sql_types::{Bool, Integer, Nullable, Text};
use spending_db::database::PooledConnection;
use spending_db::{Config, Database, Error};

use super::{config, count, pid};
use crate::support::TestDatabase;

/// Everything about a session that its user can change, one thing a line.
fn state(conn: &mut PgConnection) -> BTreeSet<String> {
    let statement = "SELECT name || '=' || setting FROM pg_settings \
        UNION ALL SELECT concat_ws(' ', 'roles', session_user, current_user, current_setting('role')) \
        UNION ALL SELECT concat('schemas ', current_schemas(false)) \
        UNION ALL SELECT concat('locks ', count(*)) FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'advisory' \
        UNION ALL SELECT concat('cursors ', count(*)) FROM pg_cursors WHERE name <> '' \
        UNION ALL SELECT concat('channels ', count(*)) FROM pg_listening_channels() \
        UNION ALL SELECT concat('prepared ', count(*)) FROM pg_prepared_statements WHERE from_sql \
        UNION ALL SELECT concat('temporary ', count(*)) FROM pg_class WHERE relnamespace = pg_my_temp_schema() \
        UNION ALL SELECT concat('rows ', count(*)) FROM t";
    let lines: Vec<String> = sql::<Text>(statement).load(conn).unwrap();
    lines.into_iter().collect()
}

/// A pool of one connection on a database with a table, a sequence and a role to play with.
fn single(database: &TestDatabase) -> Database {
    let mut outside = database.conn();
    outside
        .batch_execute(
            "CREATE TABLE t (n int); CREATE SEQUENCE s; GRANT SELECT, INSERT ON t TO pg_monitor",
        )
        .unwrap();
    Database::open(config(database, 1).migrate_on_open(false)).unwrap()
}

/// Soils a connection, and tells whether the pool may keep it.
type Soil = (&'static str, Keeps, fn(&mut PooledConnection));

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keeps {
    TheConnection,
    NoConnection,
}

fn execute(conn: &mut PgConnection, statements: &str) {
    conn.batch_execute(statements).unwrap();
}

const SOILS: [Soil; 23] = [
    ("nothing", Keeps::TheConnection, |_| {}),
    ("open transaction in SQL", Keeps::TheConnection, |conn| {
        execute(conn, "BEGIN; INSERT INTO t VALUES (1)");
    }),
    ("open savepoint in SQL", Keeps::TheConnection, |conn| {
        execute(
            conn,
            "BEGIN; INSERT INTO t VALUES (1); SAVEPOINT x; INSERT INTO t VALUES (2)",
        );
    }),
    ("failed transaction in SQL", Keeps::TheConnection, |conn| {
        execute(conn, "BEGIN; INSERT INTO t VALUES (1)");
        conn.batch_execute("SELECT 1 / 0").unwrap_err();
    }),
    ("open transaction of Diesel", Keeps::TheConnection, |conn| {
        AnsiTransactionManager::begin_transaction(&mut **conn).unwrap();
        execute(conn, "INSERT INTO t VALUES (1)");
    }),
    (
        "nested transactions of Diesel, failed",
        Keeps::TheConnection,
        |conn| {
            AnsiTransactionManager::begin_transaction(&mut **conn).unwrap();
            AnsiTransactionManager::begin_transaction(&mut **conn).unwrap();
            conn.batch_execute("INSERT INTO t VALUES (1); SELECT 1 / 0")
                .unwrap_err();
        },
    ),
    ("test transaction", Keeps::TheConnection, |conn| {
        conn.begin_test_transaction().unwrap();
        execute(conn, "INSERT INTO t VALUES (1)");
    }),
    (
        "Diesel's transaction ended in SQL",
        Keeps::TheConnection,
        |conn| {
            let _ = conn.transaction(|conn| conn.batch_execute("ROLLBACK"));
        },
    ),
    ("session settings", Keeps::TheConnection, |conn| {
        execute(
            conn,
            "SET statement_timeout = '9s'; SET TIME ZONE 'Asia/Tokyo'; SET work_mem = '1MB'; SET DateStyle = 'German'; \
             SET client_encoding = 'LATIN1'; SET default_transaction_isolation = 'serializable'; \
             SET application_name = 'mine'; SET default_transaction_read_only = on",
        );
    }),
    (
        "search path that hides everything",
        Keeps::TheConnection,
        |conn| {
            execute(
                conn,
                "CREATE TEMP TABLE t (n int); INSERT INTO t VALUES (5); \
             CREATE FUNCTION pg_temp.pg_advisory_unlock_all() RETURNS void LANGUAGE sql AS 'SELECT 1 / 0'; \
             SELECT set_config('search_path', 'pg_temp, nowhere, pg_catalog', false)",
            );
        },
    ),
    ("role", Keeps::TheConnection, |conn| {
        execute(conn, "SET ROLE pg_monitor");
    }),
    (
        "role in a failed transaction",
        Keeps::TheConnection,
        |conn| {
            execute(conn, "SET ROLE pg_monitor; BEGIN");
            conn.batch_execute("DROP TABLE t").unwrap_err();
        },
    ),
    ("session authorization", Keeps::TheConnection, |conn| {
        execute(conn, "SET SESSION AUTHORIZATION pg_monitor");
    }),
    ("temporary table", Keeps::TheConnection, |conn| {
        execute(conn, "CREATE TEMP TABLE mine AS SELECT 1");
    }),
    ("channel and a notification", Keeps::TheConnection, |conn| {
        execute(conn, "LISTEN news; NOTIFY news, 'unread'");
    }),
    ("advisory locks", Keeps::TheConnection, |conn| {
        execute(
            conn,
            "SELECT pg_advisory_lock(1), pg_advisory_lock(1), pg_advisory_lock_shared(2)",
        );
    }),
    (
        "cursor that outlives its transaction",
        Keeps::TheConnection,
        |conn| {
            execute(conn, "DECLARE mine CURSOR WITH HOLD FOR SELECT 1");
        },
    ),
    ("value of a sequence", Keeps::TheConnection, |conn| {
        execute(conn, "SELECT nextval('s')");
    }),
    (
        "rows that were not read to the end",
        Keeps::TheConnection,
        |conn| {
            let query = sql::<Integer>("SELECT generate_series(1, 1000)");
            let mut rows = query
                .load_iter::<i32, PgRowByRowLoadingMode>(&mut **conn)
                .unwrap();
            assert_eq!(rows.next().unwrap().unwrap(), 1);
            std::mem::forget(rows);
        },
    ),
    (
        "COPY that was not read to the end",
        Keeps::TheConnection,
        |conn| {
            let copy = "COPY (SELECT generate_series(1, 1000)) TO STDOUT";
            conn.batch_execute(copy).unwrap();
        },
    ),
    (
        "COPY that was not written to the end",
        Keeps::TheConnection,
        |conn| {
            conn.batch_execute("COPY t FROM STDIN").unwrap();
        },
    ),
    ("statement prepared in SQL", Keeps::NoConnection, |conn| {
        execute(conn, "PREPARE mine AS SELECT 1");
    }),
    ("another instrumentation", Keeps::NoConnection, |conn| {
        conn.set_instrumentation(|_: InstrumentationEvent<'_>| panic!("still listening"));
    }),
];

#[test]
fn whatever_a_user_leaves_behind_is_gone_for_the_next() {
    let database = TestDatabase::empty();
    let handle = single(&database);
    let clean = state(&mut handle.conn().unwrap());
    for (soil, keeps, soiling) in SOILS {
        let mut conn = handle.conn().unwrap();
        let before = pid(&mut conn);
        soiling(&mut conn);
        drop(conn);
        let mut conn = handle.conn().unwrap();
        let is_kept = pid(&mut conn) == before;
        assert_eq!(is_kept, keeps == Keeps::TheConnection, "{soil}");
        let now = state(&mut conn);
        let changed: Vec<&String> = now.symmetric_difference(&clean).collect();
        assert!(changed.is_empty(), "{soil}: {changed:?}");
        assert_eq!(conn.notifications_iter().count(), 0, "{soil}");
        diesel::select(sql::<diesel::sql_types::BigInt>("lastval()"))
            .get_result::<i64>(&mut conn)
            .expect_err(soil);
        let in_transaction: i64 = conn
            .transaction(|conn| QueryResult::Ok(count(conn, "SELECT 1::bigint")))
            .unwrap();
        assert_eq!(in_transaction, 1, "{soil}");
    }
}

#[test]
fn variables_of_libpq_soil_nothing() {
    let time_zone = |handle: &Database| -> String {
        diesel::select(sql::<Text>("current_setting('TimeZone')"))
            .get_result(&mut handle.conn().unwrap())
            .unwrap()
    };
    if std::env::var_os("PGTZ").is_some() {
        let database = TestDatabase::empty();
        let handle = single(&database);
        assert_eq!(time_zone(&handle), "UTC");
        assert_eq!(
            time_zone(&handle),
            "UTC",
            "after the connection was cleaned"
        );
        return;
    }
    let again = std::process::Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "database::cleanliness::variables_of_libpq_soil_nothing",
        ])
        .env("PGTZ", "Asia/Tokyo")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&again.stdout);
    assert!(
        again.status.success() && said.contains("1 passed"),
        "{said}"
    );
}

#[test]
fn a_role_that_the_connection_starts_with_stays() {
    let database = TestDatabase::empty();
    let url = database.url();
    let separator = if url.contains('?') { '&' } else { '?' };
    let config =
        Config::from_url(&format!("{url}{separator}options=-c%20role=pg_monitor")).unwrap();
    let handle = Database::open(config.pool_size(1).migrate_on_open(false)).unwrap();
    for leave in ["SET ROLE NONE", "RESET SESSION AUTHORIZATION"] {
        let mut conn = handle.conn().unwrap();
        let role: String = diesel::select(sql::<Text>("current_user::text"))
            .get_result(&mut conn)
            .unwrap();
        assert_eq!(role, "pg_monitor", "before {leave}");
        execute(&mut conn, leave);
    }
}

#[test]
fn an_unused_connection_is_not_soiled_by_looking_at_it() {
    let database = TestDatabase::empty();
    let handle = single(&database);
    let mut outside = database.conn();
    let first = pid(&mut handle.conn().unwrap());
    let last_asked = "SELECT max(query_start)::text FROM pg_stat_activity \
                      WHERE datname = current_database() AND pid <> pg_backend_pid() \
                      AND query LIKE '%pg_advisory_unlock_all%'";
    let cleaned: Option<String> = sql::<Nullable<Text>>(last_asked)
        .get_result(&mut outside)
        .unwrap();
    assert!(cleaned.is_some(), "it was used and cleaned");
    drop(handle.conn().unwrap());
    let now: Option<String> = sql::<Nullable<Text>>(last_asked)
        .get_result(&mut outside)
        .unwrap();
    assert_eq!(now, cleaned, "it was only looked at");
    assert_eq!(pid(&mut handle.conn().unwrap()), first);
}

#[test]
fn prepared_statements_of_diesel_are_kept() {
    let database = TestDatabase::empty();
    let handle = single(&database);
    let ask = |conn: &mut PooledConnection| {
        let query = diesel::select(diesel::dsl::exists(numbers::table.filter(numbers::n.eq(4))));
        assert!(!query.get_result::<bool>(conn).unwrap());
    };
    diesel::table! {
        #[sql_name = "t"]
        numbers (n) { n -> Integer, }
    }
    let prepared =
        "SELECT count(*) FROM pg_prepared_statements WHERE statement LIKE '%\"t\".\"n\"%'";
    ask(&mut handle.conn().unwrap());
    let mut conn = handle.conn().unwrap();
    assert_eq!(count(&mut conn, prepared), 1);
    ask(&mut conn);
    assert_eq!(count(&mut conn, prepared), 1);
}

fn message(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().unwrap_or_default()
}

#[test]
fn a_panic_costs_its_transaction_and_nothing_else() {
    let database = TestDatabase::empty();
    let handle = single(&database);
    for _ in 0..3 {
        let panicked = catch_unwind(AssertUnwindSafe(|| {
            handle.transaction(|conn| -> Result<(), Error> {
                execute(conn, "INSERT INTO t VALUES (1); SET work_mem = '1MB'");
                panic!("on purpose")
            })
        }));
        assert_eq!(message(&*panicked.unwrap_err()), "on purpose");
        let mut conn = handle.conn().unwrap();
        assert_eq!(count(&mut conn, "SELECT count(*) FROM t"), 0);
    }
}

#[test]
fn a_panic_that_is_caught_while_the_connection_is_held_is_cleaned_up_too() {
    let database = TestDatabase::empty();
    let handle = single(&database);
    let mut conn = handle.conn().unwrap();
    let before = pid(&mut conn);
    let panicked = catch_unwind(AssertUnwindSafe(|| {
        conn.transaction(|conn| -> QueryResult<()> {
            execute(conn, "INSERT INTO t VALUES (1)");
            panic!("on purpose")
        })
    }));
    assert_eq!(message(&*panicked.unwrap_err()), "on purpose");
    drop(conn);
    let mut conn = handle.conn().unwrap();
    assert_eq!(pid(&mut conn), before);
    assert_eq!(count(&mut conn, "SELECT count(*) FROM t"), 0);
    let outside: bool = diesel::select(sql::<Bool>("pg_current_xact_id_if_assigned() IS NULL"))
        .get_result(&mut conn)
        .unwrap();
    assert!(outside);
}
