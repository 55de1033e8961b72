//! Migrations, which need a session.

use diesel::prelude::*;
use spending_db::database::connect;
use spending_db::migrations::{Count, Migrator, Options, RevertOptions};
use spending_db::{Database, Error};

use super::{config, limit};
use crate::support::{Bouncer, TestDatabase, program};

fn assert_wants_the_direct_way(error: &Error) {
    let Error::Config { variable, .. } = error else {
        panic!("{error}");
    };
    assert_eq!(variable, "DATABASE_DIRECT_URL");
}

#[test]
fn they_go_by_the_direct_way_or_not_at_all() {
    let test = TestDatabase::empty();
    limit(&test, "5min", "10s");
    let Some(bouncer) = Bouncer::start(&test, 2) else {
        return;
    };
    let pooled = config(&test, &bouncer);
    assert_wants_the_direct_way(&Database::open(pooled.clone()).unwrap_err());
    let reverted = Migrator::embedded(Options::default()).revert(
        &mut connect(&pooled).unwrap(),
        Count::Last(1),
        RevertOptions::default(),
    );
    assert_wants_the_direct_way(&reverted.unwrap_err());

    let elsewhere = TestDatabase::empty();
    let wrong = pooled.clone().direct_url(&elsewhere.url()).unwrap();
    assert_wants_the_direct_way(&Database::open(wrong).unwrap_err());
    let tables = diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(
        "(SELECT count(*) FROM pg_tables WHERE schemaname = 'public')",
    ));
    let tables: i64 = tables.get_result(&mut elsewhere.conn()).unwrap();
    assert_eq!(tables, 0, "it migrated another database");

    let direct = pooled.clone().direct_url(&test.url()).unwrap();
    let database = Database::open(direct).unwrap();
    assert!(database.health().unwrap().pending_migrations.is_empty());
    // With nothing to do it takes no lock.
    Database::open(pooled).unwrap();
}

#[test]
fn the_command_line_takes_the_settings_from_its_variables() {
    let test = TestDatabase::empty();
    limit(&test, "5min", "10s");
    let Some(bouncer) = Bouncer::start(&test, 2) else {
        return;
    };
    let run = |direct: &str| {
        program(&["migrate", "run"])
            .env("DATABASE_URL", bouncer.url(&test))
            .env("DATABASE_POOLER", "transaction")
            .env("DATABASE_DIRECT_URL", direct)
            .output()
            .unwrap()
    };
    let refused = run("");
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(
        !refused.status.success() && said.contains("DATABASE_DIRECT_URL"),
        "{said}"
    );
    let done = run(&test.url());
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "{said}");
}
