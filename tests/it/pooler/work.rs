//! What the crate does, on few server connections.

use std::fs;
use std::io::Write;
use std::process::Stdio;
use std::sync::Barrier;
use std::thread;

use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use spending_db::Database;
use spending_db::jobs::Queue;
use spending_db::models::core::{NewUser, User};
use spending_db::operations::import::amazon::import_orders;
use spending_db::operations::matching::{Matcher, run};
use spending_db::types::{EVERYONE, SyncJobState, UserId};

use super::{config, open, pooled};
use crate::household::{ANN, Household, ask, counts, sample};
use crate::jobs::kinds::{Gated, enqueue, enqueue_note};
use crate::jobs::place::Place;
use crate::support::{TestDatabase, program, wait_until};

const CONNECTIONS: u32 = 3;

/// The connections of the pooler to the database.
fn server_connections(test: &TestDatabase) -> i64 {
    let others = "(SELECT count(*) FROM pg_stat_activity \
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend')";
    diesel::select(sql::<BigInt>(others))
        .get_result(&mut test.conn())
        .unwrap()
}

/// Session locks that somebody holds.
fn advisory_locks(test: &TestDatabase) -> i64 {
    let locks = "(SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
        AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
    diesel::select(sql::<BigInt>(locks))
        .get_result(&mut test.conn())
        .unwrap()
}

#[test]
fn many_threads_share_few_connections_and_their_statements_never_clash() {
    let Some((test, bouncer)) = pooled(CONNECTIONS) else {
        return;
    };
    let database = open(&test, &bouncer);
    let start = Barrier::new(16);
    thread::scope(|scope| {
        for number in 0..16 {
            let (start, database) = (&start, &database);
            scope.spawn(move || {
                start.wait();
                for round in 0..25 {
                    let email = format!("{number}-{round}@example.org");
                    let user = {
                        let conn = &mut *database.conn().unwrap();
                        let user = NewUser::new(&email).insert(conn).unwrap();
                        assert_eq!(User::find(conn, user.id).unwrap().email, email);
                        user
                    };
                    let found = database.read(|conn| User::find(conn, user.id)).unwrap();
                    assert_eq!(found.email, email);
                }
            });
        }
    });
    assert!(server_connections(&test) <= i64::from(CONNECTIONS));
    let users: i64 = spending_db::schema::users::table
        .count()
        .get_result(&mut test.conn())
        .unwrap();
    assert_eq!(users, 400);
}

#[test]
fn imports_at_once_store_each_row_once() {
    let Some((test, bouncer)) = pooled(CONNECTIONS) else {
        return;
    };
    let database = open(&test, &bouncer);
    let household = Household { test, database };
    household.import(&sample("truelayer"));
    let file = sample("amazon/order_history.csv");
    let start = Barrier::new(6);
    let stored: u64 = thread::scope(|scope| {
        let imports: Vec<_> = (0..6)
            .map(|_| {
                scope.spawn(|| {
                    let conn = &mut *household.database.conn().unwrap();
                    start.wait();
                    let report = import_orders(conn, &file, fs::File::open(&file).unwrap());
                    counts(&report.unwrap()).0
                })
            })
            .collect();
        imports
            .into_iter()
            .map(|import| import.join().unwrap())
            .sum()
    });
    assert_eq!(stored, 15);

    let direct = Household::of_the_samples();
    for table in [
        "truelayer_transactions",
        "truelayer_balances",
        "amazon_orders",
    ] {
        let count = format!("SELECT count(*) FROM {table}");
        assert_eq!(household.ask(&count), direct.ask(&count), "{table}");
    }
}

#[test]
fn matchers_keep_each_other_out_and_leave_no_lock() {
    let Some((test, bouncer)) = pooled(6) else {
        return;
    };
    let database = open(&test, &bouncer);
    let household = Household { test, database };
    household.import(&sample("truelayer"));
    household.import_orders(&sample("amazon/order_history.csv"));
    let ann = ask(
        &mut household.conn(),
        &format!("SELECT id FROM users WHERE email = '{ANN}'"),
    );
    let ann = UserId(ann.parse().unwrap());
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let conn = &mut *household.database.conn().unwrap();
                    run(conn, ann, Matcher::Amazon, &mut |_| {}).unwrap();
                }
            });
        }
    });
    let jobs = household.ask("SELECT string_agg(DISTINCT status, ',') FROM matching_jobs");
    assert_eq!(jobs, "completed");
    wait_until(|| advisory_locks(&household.test) == 0);
}

#[test]
fn workers_do_jobs_and_hear_of_cancellations_without_listening() {
    let Some((test, bouncer)) = pooled(CONNECTIONS) else {
        return;
    };
    let database = open(&test, &bouncer);
    let place = Place::on(test, database);
    let worker = place.worker(1).build().unwrap().spawn();
    for text in ["a", "b", "c"] {
        note(&place, text);
    }
    let endless = Gated {
        gate: "never".to_owned(),
        asks: true,
    };
    let endless = enqueue(&place, &endless);
    place.wait_for(endless, SyncJobState::Running);
    Queue::cancel(&mut place.database.conn().unwrap(), EVERYONE, endless).unwrap();
    // Its thread is free again.
    note(&place, "d");
    assert_eq!(place.notes(), ["a", "b", "c", "d"]);
    let done = worker.stop();
    assert_eq!((done.completed, done.lost), (4, 1), "{done:?}");
}

#[test]
fn with_the_direct_way_workers_listen() {
    let Some((test, bouncer)) = pooled(CONNECTIONS) else {
        return;
    };
    let config = config(&test, &bouncer).direct_url(&test.url()).unwrap();
    let database = Database::open(config.application_name("direct")).unwrap();
    let place = Place::on(test, database);
    // It would not look again within the test.
    let worker = place
        .worker(1)
        .poll(std::time::Duration::from_secs(3600))
        .build()
        .unwrap()
        .spawn();
    for text in ["a", "b", "c", "d", "e"] {
        note(&place, text);
    }
    worker.stop();
}

/// Has a worker make a note.
fn note(place: &Place, text: &str) {
    let id = enqueue_note(place, text);
    place.wait_for(id, SyncJobState::Completed);
}

#[test]
fn old_functions_answer() {
    let Some((test, bouncer)) = pooled(1) else {
        return;
    };
    let mut process = program(&["rpc"])
        .env("DATABASE_URL", bouncer.url(&test))
        .env("DATABASE_POOLER", "transaction")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = process.stdin.take().unwrap();
    for id in 1..=3 {
        writeln!(
            input,
            r#"{{"jsonrpc": "2.0", "id": {id}, "method": "get_all_categories"}}"#
        )
        .unwrap();
    }
    drop(input);
    let outcome = process.wait_with_output().unwrap();
    let answers = String::from_utf8(outcome.stdout).unwrap();
    let expected: Vec<_> = (1..=3)
        .map(|id| format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":[]}}"))
        .collect();
    assert_eq!(answers.lines().collect::<Vec<_>>(), expected);
}
