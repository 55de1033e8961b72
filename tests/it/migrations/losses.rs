//! What an older schema cannot hold is named before it is lost.

use std::collections::BTreeMap;
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Text};
use spending_db::catalog::Catalog;
use spending_db::migrations::{
    Count, Loss, Migrator, Options, Reason, Reversal, RevertOptions, TEXTS,
};
use spending_db::{Error, Result};

use super::{Folder, advisory_locks, names, tables};
use crate::support::fixtures::Household;
use crate::support::{TestDatabase, wait_until};

const CONSENT: RevertOptions = RevertOptions { lose_data: true };

fn without_consent() -> RevertOptions {
    RevertOptions::default()
}

/// Losses as one line each, with the migration.
fn told(reversals: &[Reversal]) -> Vec<String> {
    reversals
        .iter()
        .flat_map(|reversal| {
            let losses = reversal.losses.iter();
            losses.map(move |loss| format!("{}: {loss}", reversal.name))
        })
        .collect()
}

#[track_caller]
fn refused<T: std::fmt::Debug>(outcome: Result<T>) -> Vec<String> {
    match outcome {
        Err(Error::DataLoss { migrations }) => told(&migrations),
        other => panic!("not refused for a loss: {other:?}"),
    }
}

fn rows(conn: &mut PgConnection, query: &str) -> i64 {
    diesel::select(sql::<BigInt>(&format!(
        "(SELECT count(*) FROM ({query}) AS rows)"
    )))
    .get_result(conn)
    .unwrap()
}

fn embedded() -> Migrator<diesel_migrations::EmbeddedMigrations> {
    Migrator::embedded(Options::default())
}

const TWO_MAILBOXES: &str = "
    INSERT INTO users (id, email) VALUES (1, 'ann@example.org');
    INSERT INTO gmail_connections (id, email_address, access_token, refresh_token)
        VALUES (1, 'a@example.org', 'x', 'x'), (2, 'b@example.org', 'x', 'x');
    INSERT INTO gmail_receipts (connection_id, message_id, sender_email, received_at, parse_confidence)
        VALUES (1, 'm1', 's', now(), 1), (2, 'm1', 's', now(), 1), (1, 'm2', 's', now(), 1);
    INSERT INTO gmail_email_content (message_id, connection_id) VALUES ('m1', 1), ('m2', NULL);";

#[test]
fn the_same_message_in_two_mailboxes_keeps_the_schema_from_going_back() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    conn.batch_execute(TWO_MAILBOXES).unwrap();
    let migrator = embedded();
    let count = || Count::DownTo("2026-11-22-001110_amazon_apple".to_owned());
    let of = "2026-11-22-001120_gmail";
    let lost = format!("{of}: 1 value of gmail_email_content.connection_id");
    let against = format!("{of}: 1 row of gmail_receipts that UNIQUE (message_id) does not admit");

    let reversals = migrator.reversals(conn, count()).unwrap();
    assert_eq!(told(&reversals), [lost.clone(), against.clone()]);
    let last = reversals.last().unwrap();
    let refusal = &last.losses[1];
    assert!(refusal.is_refused() && !last.losses[0].is_refused());
    assert_eq!(rows(conn, &refusal.query), 1);

    let outcome = migrator.revert(conn, count(), without_consent());
    assert_eq!(
        outcome.as_ref().unwrap_err().to_string(),
        "reverting would lose data, which takes consent (--lose-data): \
         1 value of gmail_email_content.connection_id (2026-11-22-001120_gmail); \
         the older schema does not admit what is there: \
         1 row of gmail_receipts that UNIQUE (message_id) does not admit (2026-11-22-001120_gmail)"
    );
    assert_eq!(refused(outcome), [lost.clone(), against.clone()]);
    assert_eq!(refused(migrator.revert(conn, count(), CONSENT)), [against]);
    assert!(migrator.pending(conn).unwrap().is_empty());

    conn.batch_execute("DELETE FROM gmail_receipts WHERE connection_id = 2")
        .unwrap();
    assert_eq!(
        refused(migrator.revert(conn, count(), without_consent())),
        [lost]
    );
    let done = migrator.revert(conn, count(), CONSENT).unwrap();
    let lost: Vec<&Loss> = done.iter().flat_map(|done| &done.lost).collect();
    assert_eq!(lost.len(), 1);
    assert_eq!(done.last().unwrap().lost, [lost[0].clone()]);
    assert_eq!(
        rows(conn, "SELECT FROM gmail_receipts"),
        2,
        "what the older schema holds stays"
    );
}

#[test]
fn a_value_that_the_column_gives_by_itself_is_not_missed() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    conn.batch_execute(
        "INSERT INTO users (id, email) VALUES (1, 'ann@example.org');
         INSERT INTO bank_connections (user_id, provider_id, provider_name) SELECT 1, n, n FROM generate_series(1, 3) AS n",
    )
    .unwrap();
    let migrator = embedded();
    let count = || Count::DownTo("20261122001230".to_owned());
    let back_and_forth = |conn: &mut PgConnection| migrator.redo(conn, count(), without_consent());
    assert!(
        back_and_forth(conn)
            .unwrap()
            .iter()
            .all(|done| done.lost.is_empty())
    );
    conn.batch_execute(
        "UPDATE bank_connections SET encryption_version = 7 WHERE provider_id = '2'",
    )
    .unwrap();
    assert_eq!(
        refused(back_and_forth(conn)),
        ["2026-11-22-001240_key_versions: 1 value of bank_connections.encryption_version"]
    );
    let done = migrator.redo(conn, count(), CONSENT).unwrap();
    let lost: Vec<_> = done.iter().map(|done| done.lost.len()).collect();
    assert_eq!(
        (done[0].name.as_str(), lost[0]),
        ("2026-11-22-001240_key_versions", 1)
    );
    assert_eq!(
        rows(
            conn,
            "SELECT FROM bank_connections WHERE encryption_version = 1"
        ),
        3
    );
}

#[test]
fn every_row_of_every_table_is_counted_and_nobody_is_waited_for() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    Household::new(conn, "ann").fill(conn);
    let all: Vec<String> = Catalog::expected()
        .unwrap()
        .tables
        .keys()
        .cloned()
        .collect();
    let there: BTreeMap<String, i64> = all
        .iter()
        .map(|table| (table.clone(), rows(conn, &format!("SELECT FROM {table}"))))
        .filter(|(_, rows)| *rows > 0)
        .collect();
    assert!(there.len() > 40, "{there:?}");

    let mut writer = database.conn();
    writer.batch_execute("BEGIN").unwrap();
    for table in &all {
        writer
            .batch_execute(&format!("LOCK TABLE {table} IN ROW EXCLUSIVE MODE"))
            .unwrap();
    }
    let migrator = Migrator::embedded(Options {
        table_lock_timeout: Some(Duration::from_millis(1)),
        ..Options::default()
    });
    let reversals = migrator.reversals(conn, Count::All).unwrap();
    assert_eq!(reversals.len(), TEXTS.len());
    let counted: BTreeMap<String, i64> = reversals
        .iter()
        .flat_map(|reversal| &reversal.losses)
        .filter(|loss| loss.reason == Reason::TableDropped)
        .map(|loss| (loss.table.clone(), loss.rows))
        .collect();
    assert_eq!(counted, there);
    drop(writer);

    assert!(!refused(migrator.revert(conn, Count::All, without_consent())).is_empty());
    assert!(&Catalog::read(conn).unwrap() == Catalog::expected().unwrap());
    assert_eq!(advisory_locks(conn), 0);
    let schemas: Vec<String> =
        sql::<Text>("SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^pg_'")
            .load(conn)
            .unwrap();
    assert_eq!(schemas.len(), 2, "{schemas:?}");
    let migrator = embedded();
    assert_eq!(
        migrator.revert(conn, Count::All, CONSENT).unwrap().len(),
        TEXTS.len()
    );
    assert!(migrator.reversals(conn, Count::All).unwrap().is_empty());
}

/// What the downs of a folder of two migrations lose: the first makes a table `t` of one column `c`.
fn losses_of(column: &str, values: &str, up: &str, down: &str) -> Vec<String> {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    let create = format!("CREATE TABLE t (c {column})");
    let folder = Folder::new(&[("1_first", &create, "DROP TABLE t"), ("2_second", up, down)]);
    let migrator = folder.migrator(Options::default());
    migrator.run(conn).unwrap();
    conn.batch_execute(values).unwrap();
    let told = told(&migrator.reversals(conn, Count::Last(1)).unwrap());
    let outcome = migrator.revert(conn, Count::Last(1), without_consent());
    assert_eq!(outcome.is_ok(), told.is_empty(), "{outcome:?}");
    told
}

#[test]
fn types_without_room_and_rules_that_come_back_are_told() {
    for (column, values, up, down, expected) in [
        (
            "numeric",
            "INSERT INTO t VALUES (1.25), (2.5), (3), (NULL)",
            "ALTER TABLE t ALTER c TYPE numeric",
            "ALTER TABLE t ALTER c TYPE numeric(12,1)",
            "numeric(12,1) does not hold as they are",
        ),
        (
            "text",
            "INSERT INTO t VALUES ('12'), ('x'), (NULL)",
            "ALTER TABLE t ALTER c TYPE text",
            "ALTER TABLE t ALTER c TYPE integer USING c::integer",
            "2 values of t.c that integer does not hold as they are",
        ),
        (
            "text",
            "INSERT INTO t VALUES ('ab'), ('abc')",
            "COMMENT ON TABLE t IS 'wide'",
            "ALTER TABLE t ALTER c TYPE varchar(2)",
            "1 value of t.c that character varying(2) does not hold as they are",
        ),
        (
            "integer CONSTRAINT small CHECK (c < 3)",
            "INSERT INTO t VALUES (2), (5), (NULL)",
            "ALTER TABLE t DROP CONSTRAINT small",
            "ALTER TABLE t ADD CONSTRAINT small CHECK (c < 3)",
            "1 row of t that CHECK ((c < 3)) does not admit",
        ),
        (
            "integer NOT NULL",
            "INSERT INTO t VALUES (2), (NULL), (NULL)",
            "ALTER TABLE t ALTER c DROP NOT NULL",
            "ALTER TABLE t ALTER c SET NOT NULL",
            "2 rows of t that c NOT NULL does not admit",
        ),
        (
            "text",
            "INSERT INTO t VALUES ('a'), ('A'), ('A'), ('b'), (NULL), (NULL)",
            "COMMENT ON TABLE t IS 'many'",
            "CREATE UNIQUE INDEX one ON t (lower(c)) WHERE c <> 'b'",
            "2 rows of t that UNIQUE (lower(c)) WHERE (c <> 'b'::text) does not admit",
        ),
        (
            "text",
            "INSERT INTO t VALUES ('a'), (NULL), (NULL)",
            "COMMENT ON TABLE t IS 'many'",
            "ALTER TABLE t ADD UNIQUE NULLS NOT DISTINCT (c)",
            "1 row of t that UNIQUE (c) NULLS NOT DISTINCT does not admit",
        ),
        (
            "integer",
            "INSERT INTO t VALUES (1), (2), (NULL); INSERT INTO other VALUES (1)",
            "CREATE TABLE other (n integer PRIMARY KEY)",
            "ALTER TABLE t ADD CONSTRAINT refers FOREIGN KEY (c) REFERENCES other; SELECT 1",
            "1 row of t that FOREIGN KEY (c) REFERENCES other(n) does not admit",
        ),
    ] {
        let told = losses_of(column, values, up, down);
        assert_eq!(told.len(), 1, "{down}: {told:?}");
        assert!(told[0].ends_with(expected), "{down}: {told:?}");
    }
}

#[test]
fn what_loses_nothing_needs_no_consent() {
    for (column, values, up, down) in [
        (
            "integer",
            "INSERT INTO t VALUES (5)",
            "ALTER TABLE t ALTER c TYPE bigint",
            "ALTER TABLE t ALTER c TYPE integer",
        ),
        (
            "integer",
            "INSERT INTO t VALUES (5)",
            "ALTER TABLE t ADD twice integer GENERATED ALWAYS AS (c * 2) STORED",
            "ALTER TABLE t DROP twice",
        ),
        (
            "integer",
            "INSERT INTO t (c) VALUES (5)",
            "ALTER TABLE t ADD word text DEFAULT 'it''s', ADD data jsonb DEFAULT '{}', ADD flags text[] DEFAULT '{}'",
            "ALTER TABLE t DROP word, DROP data, DROP flags",
        ),
        (
            "integer",
            "INSERT INTO t VALUES (1), (2)",
            "COMMENT ON TABLE t IS 'unique'",
            "CREATE UNIQUE INDEX one ON t (c)",
        ),
        (
            "integer",
            "SELECT 1",
            "CREATE TABLE empty (n integer); CREATE VIEW v AS SELECT c FROM t",
            "DROP VIEW v; DROP TABLE empty",
        ),
    ] {
        assert_eq!(losses_of(column, values, up, down), [""; 0], "{down}");
    }
}

#[test]
fn what_was_renamed_since_is_told_by_its_name_of_today() {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    let folder = Folder::new(&[
        ("1_made", "CREATE TABLE old (n integer)", "DROP TABLE old"),
        (
            "2_wide",
            "ALTER TABLE old ADD extra text",
            "ALTER TABLE old DROP extra",
        ),
        (
            "3_renamed",
            "ALTER TABLE old RENAME TO \"New\"; ALTER TABLE \"New\" RENAME extra TO note",
            "ALTER TABLE \"New\" RENAME note TO extra; ALTER TABLE \"New\" RENAME TO old",
        ),
    ]);
    let migrator = folder.migrator(Options::default());
    migrator.run(conn).unwrap();
    conn.batch_execute("INSERT INTO \"New\" VALUES (1, 'x'), (2, NULL)")
        .unwrap();
    assert_eq!(
        refused(migrator.revert(conn, Count::All, without_consent())),
        [
            "2_wide: 1 value of \"New\".note",
            "1_made: 2 rows of \"New\""
        ]
    );
    let done = migrator.revert(conn, Count::Last(2), CONSENT).unwrap();
    assert_eq!(names(&done), ["3_renamed", "2_wide"]);
    assert_eq!(done[1].lost[0].rows, 1);
    let done = migrator.revert(conn, Count::All, CONSENT).unwrap();
    assert_eq!(done[0].lost[0].to_string(), "2 rows of old");
}

#[test]
fn an_index_that_is_built_beside_the_writers_is_reverted_so_too() {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    let folder = Folder::new(&[
        ("1_made", "CREATE TABLE a (n integer)", "DROP TABLE a"),
        (
            "2_beside",
            "CREATE INDEX CONCURRENTLY a_n ON a (n)",
            "DROP INDEX CONCURRENTLY a_n",
        ),
    ]);
    folder.write("2_beside", "metadata.toml", "run_in_transaction = false");
    let migrator = folder.migrator(Options::default());
    migrator.run(conn).unwrap();
    // The text of a migration from elsewhere is not known, so that it cannot be tried in a transaction.
    let error = migrator
        .revert(conn, Count::Last(1), without_consent())
        .unwrap_err();
    assert!(
        error.to_string().starts_with(
            "migration: what reverting would lose cannot be told, nothing was reverted"
        ),
        "{error}"
    );
    assert_eq!(
        names(&migrator.revert(conn, Count::Last(1), CONSENT).unwrap()),
        ["2_beside"]
    );
    assert_eq!(tables(conn), ["__diesel_schema_migrations", "a"]);
}

#[test]
fn a_row_that_is_written_meanwhile_is_not_lost() {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    let folder = Folder::new(&super::TWO);
    let migrator = folder.migrator(Options::default());
    migrator.run(conn).unwrap();
    let mut writer = database.conn();
    writer
        .batch_execute("BEGIN; INSERT INTO a VALUES (1)")
        .unwrap();
    thread::scope(|scope| {
        let reverting =
            scope.spawn(|| migrator.revert(&mut database.conn(), Count::All, without_consent()));
        wait_until(|| {
            diesel::select(sql::<Bool>(
                "EXISTS (SELECT FROM pg_locks WHERE NOT granted AND relation = 'a'::regclass)",
            ))
            .get_result(conn)
            .unwrap()
        });
        writer.batch_execute("COMMIT").unwrap();
        assert_eq!(refused(reverting.join().unwrap()), ["1_first: 1 row of a"]);
    });
    assert_eq!(rows(conn, "SELECT FROM a"), 1);
    assert_eq!(migrator.pending(conn).unwrap(), ["2_second"]);
}

#[test]
fn back_to_a_version_that_stays() {
    let database = TestDatabase::empty();
    let conn = &mut database.conn();
    let folder = Folder::new(&super::TWO);
    let migrator = folder.migrator(Options::default());
    migrator.run(conn).unwrap();
    let mut down_to =
        |version: &str| migrator.revert(conn, Count::DownTo(version.to_owned()), without_consent());
    assert_eq!(
        down_to("3").unwrap_err().to_string(),
        "version: is no applied migration's"
    );
    assert_eq!(down_to("2_second").unwrap(), []);
    assert_eq!(names(&down_to("1").unwrap()), ["2_second"]);
    assert!(down_to("2").is_err());
}

#[test]
fn no_reversal_of_this_crate_changes_rows() {
    let statements =
        regex::Regex::new(r"(?im)^\s*(delete|update|insert|truncate|merge|do|call)\b").unwrap();
    for text in TEXTS {
        let found = statements.find(text.down).map(|found| found.as_str());
        assert_eq!(found, None, "{}: its losses would not be told", text.name);
    }
}
