//! Adoption: a database that was made without the migrations comes to have their schema, without losing a row.

mod blockers;
mod command;
mod failures;
mod refused;
mod whole;

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Text};
use spending_db::adoption::{Choice, Options, Report, apply};
use spending_db::catalog::check;
use spending_db::migrations::Migrator;

use crate::support::TestDatabase;

/// The old database after some statements.
fn old(statements: &str) -> TestDatabase {
    let database = TestDatabase::old();
    database.conn().batch_execute(statements).unwrap();
    database
}

fn with(choices: &[Choice]) -> Options {
    Options {
        resolutions: choices.iter().map(|choice| (*choice).into()).collect(),
        ..Options::default()
    }
}

/// Adopts the database and sees that it is what the migrations make.
fn adopt(database: &TestDatabase, options: &Options) -> Report {
    let conn = &mut database.conn();
    let report = apply(conn, options).unwrap();
    let drift: Vec<String> = check(conn)
        .unwrap()
        .into_iter()
        .filter(|difference| difference.is_drift)
        .map(|difference| difference.message)
        .collect();
    assert_eq!(drift, [""; 0]);
    let migrator = Migrator::embedded(spending_db::migrations::Options::default());
    assert_eq!(migrator.pending(conn).unwrap(), [""; 0]);
    assert_eq!(migrator.changed(conn).unwrap(), [""; 0]);
    report
}

fn count(conn: &mut PgConnection, from: &str) -> i64 {
    #[derive(QueryableByName)]
    struct Count {
        #[diesel(sql_type = BigInt)]
        count: i64,
    }
    let count: Count = diesel::sql_query(format!("SELECT count(*) AS count FROM {from}"))
        .get_result(conn)
        .unwrap();
    count.count
}

fn text(conn: &mut PgConnection, query: &str) -> Option<String> {
    #[derive(QueryableByName)]
    struct Value {
        #[diesel(sql_type = Nullable<Text>)]
        value: Option<String>,
    }
    let value: Value = diesel::sql_query(format!("SELECT ({query})::text AS value"))
        .get_result(conn)
        .unwrap();
    value.value
}
