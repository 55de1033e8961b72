//! Databases that are not for adoption, and those that only need the record.

use diesel::connection::SimpleConnection;
use spending_db::Error;
use spending_db::adoption::{Choice, Options, Resolution, State, apply, plan};

use super::{adopt, count};
use crate::support::TestDatabase;

fn refused(database: &TestDatabase, options: &Options) -> String {
    let conn = &mut database.conn();
    let told = plan(conn, options).unwrap_err().to_string();
    assert_eq!(apply(conn, options).unwrap_err().to_string(), told);
    told
}

#[test]
fn a_database_without_the_tables_is_refused_with_a_hint() {
    let database = TestDatabase::empty();
    let told = refused(&database, &Options::default());
    assert!(
        told.contains("no tables") && told.contains("spending-db migrate run"),
        "{told}"
    );
    database
        .conn()
        .batch_execute("CREATE TABLE holidays (day date)")
        .unwrap();
    let told = refused(&database, &Options::default());
    assert!(
        told.contains("none of the tables") && told.contains("migrate run"),
        "{told}"
    );
    assert_eq!(
        count(
            &mut database.conn(),
            "pg_class WHERE relname LIKE '\\_\\_%'"
        ),
        0
    );
}

#[test]
fn a_migrated_database_needs_nothing() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let told = plan(conn, &Options::default()).unwrap();
    assert_eq!((told.state, told.steps.len()), (State::Adopted, 0));
    let report = apply(conn, &Options::default()).unwrap();
    assert_eq!((report.removed, report.tables.len()), (0, 0));

    conn.batch_execute("DROP TABLE sync_jobs").unwrap();
    let told = refused(&database, &Options::default());
    assert!(
        told.contains("table sync_jobs is missing") && told.contains("migrate check"),
        "{told}"
    );
}

#[test]
fn a_database_with_some_of_the_migrations_is_left_to_migrate_run() {
    let database = TestDatabase::new();
    database
        .conn()
        .batch_execute("DELETE FROM __diesel_schema_migrations WHERE version = (SELECT max(version) FROM __diesel_schema_migrations)")
        .unwrap();
    let told = refused(&database, &Options::default());
    assert!(told.contains("spending-db migrate run"), "{told}");

    database
        .conn()
        .batch_execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('30000101000000')")
        .unwrap();
    let error = plan(&mut database.conn(), &Options::default()).unwrap_err();
    assert!(matches!(error, Error::NewerDatabase { .. }), "{error}");
}

#[test]
fn a_database_that_fits_is_only_stamped() {
    for record in [
        "DROP TABLE IF EXISTS __diesel_schema_migrations, __spending_db_checksums",
        "DELETE FROM __diesel_schema_migrations WHERE version <> '00000000000000'",
    ] {
        let database = TestDatabase::new();
        let conn = &mut database.conn();
        conn.batch_execute(record).unwrap();
        let told = plan(conn, &Options::default()).unwrap();
        assert_eq!((told.state, told.steps.len()), (State::Fits, 1), "{record}");
        assert_eq!(told.steps[0].title, "record the migrations as applied");
        adopt(&database, &Options::default());
        assert_eq!(
            plan(conn, &Options::default()).unwrap().state,
            State::Adopted
        );
    }
}

#[test]
fn unknown_tables_and_zones_are_refused() {
    let database = TestDatabase::old();
    let told = refused(
        &database,
        &Options {
            resolutions: vec![Resolution::of("amazon_retruns", Choice::OrphansMove)],
            ..Options::default()
        },
    );
    assert!(told.contains("there is no table amazon_retruns"), "{told}");
    let told = refused(
        &database,
        &Options {
            time_zone: "Mars/Olympus".to_owned(),
            ..Options::default()
        },
    );
    assert!(told.starts_with("time_zone:"), "{told}");
}
