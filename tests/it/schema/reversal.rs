//! Every migration can be taken back and leaves nothing behind.

use std::collections::BTreeMap;
use std::process::Command;

use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_migrations::MigrationHarness;
use spending_db::catalog::Catalog;
use spending_db::migrations::MIGRATIONS;

use crate::schema::lines;
use crate::support::fixtures::Household;
use crate::support::{TestDatabase, clients};

/// The schema as SQL, without the random words of `\restrict`; `None` where this machine has no `pg_dump` for the server.
fn dump(db: &TestDatabase) -> Option<String> {
    let output = Command::new(clients(&mut db.conn())?.join("pg_dump"))
        .args(["--schema-only", "--dbname", &db.url()])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let kept = |line: &&str| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict");
    Some(text.lines().filter(kept).collect::<Vec<_>>().join("\n"))
}

/// The schema, as `pg_dump` and as the catalog have it.
struct Schema {
    dump: Option<String>,
    catalog: Catalog,
}

impl Schema {
    fn read(db: &TestDatabase) -> Self {
        Self {
            dump: dump(db),
            catalog: Catalog::read(&mut db.conn()).unwrap(),
        }
    }

    #[track_caller]
    fn assert_same(&self, other: &Self, when: &str) {
        assert_eq!(self.dump, other.dump, "{when}");
        assert!(self.catalog == other.catalog, "{when}: another catalog");
    }
}

/// The values of each column of each table that has rows, in their own order.
fn values(conn: &mut PgConnection) -> BTreeMap<String, String> {
    let tables = Catalog::read(conn).unwrap().tables;
    let parts: Vec<String> = tables
        .keys()
        .map(|table| {
            format!(
                "SELECT concat_ws('=', '{table}.' || key, string_agg(value, '|' ORDER BY value)) AS line
                 FROM {table} AS r, jsonb_each_text(to_jsonb(r)) GROUP BY key"
            )
        })
        .collect();
    if parts.is_empty() {
        return BTreeMap::new();
    }
    let found = lines(conn, &parts.join(" UNION ALL "));
    let pairs = found
        .iter()
        .map(|line| line.split_once('=').unwrap_or((line.as_str(), "")));
    pairs
        .map(|(column, values)| (column.to_owned(), values.to_owned()))
        .collect()
}

#[test]
fn up_down_up_leaves_the_same_schema() {
    let db = TestDatabase::empty();
    let conn = &mut db.conn();
    conn.run_pending_migrations(MIGRATIONS).unwrap();
    let first = Schema::read(&db);
    conn.revert_all_migrations(MIGRATIONS).unwrap();
    let left = lines(
        conn,
        "SELECT relname::text AS line FROM pg_class WHERE relnamespace = 'public'::regnamespace
         UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
         UNION ALL SELECT typname::text FROM pg_type WHERE typnamespace = 'public'::regnamespace
         ORDER BY line",
    );
    let diesels = |name: &String| {
        name.trim_start_matches('_')
            .starts_with("diesel_schema_migrations")
    };
    assert!(left.iter().all(diesels), "{left:?}");
    conn.run_pending_migrations(MIGRATIONS).unwrap();
    Schema::read(&db).assert_same(&first, "after all");
}

#[test]
fn each_migration_takes_back_what_it_did() {
    let db = TestDatabase::empty();
    let conn = &mut db.conn();
    let migrations = MigrationSource::<Pg>::migrations(&MIGRATIONS)
        .unwrap()
        .len();
    // Makes Diesel's own table, which no migration takes back.
    assert_eq!(
        conn.pending_migrations(MIGRATIONS).unwrap().len(),
        migrations
    );
    for _ in 0..migrations {
        let before = Schema::read(&db);
        let version = conn.run_next_migration(MIGRATIONS).unwrap().to_string();
        let after = Schema::read(&db);
        assert!(after.catalog != before.catalog, "{version} does nothing");
        conn.revert_last_migration(MIGRATIONS).unwrap();
        Schema::read(&db).assert_same(&before, &format!("{version} reverted"));
        conn.run_next_migration(MIGRATIONS).unwrap();
        Schema::read(&db).assert_same(&after, &format!("{version} again"));
    }
}

#[test]
fn rows_outlast_each_migration_that_is_reverted_and_run_again() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    Household::new(conn, "ann").fill(conn);
    let migrations = MigrationSource::<Pg>::migrations(&MIGRATIONS)
        .unwrap()
        .len();
    let there = values(conn);
    let filled = there.values().filter(|values| !values.is_empty()).count();
    assert!(filled > 300, "{filled} columns with values");
    for _ in 0..migrations {
        let (schema, rows) = (Catalog::read(conn).unwrap(), values(conn));
        let version = conn.revert_last_migration(MIGRATIONS).unwrap().to_string();
        let left = values(conn);
        for (column, values) in &left {
            assert_eq!(
                rows.get(column),
                Some(values),
                "{version} reverted: {column}"
            );
        }
        conn.run_next_migration(MIGRATIONS).unwrap();
        assert!(Catalog::read(conn).unwrap() == schema, "{version} again");
        let again = values(conn);
        for (column, values) in &left {
            assert_eq!(again.get(column), Some(values), "{version} again: {column}");
        }
        conn.revert_last_migration(MIGRATIONS).unwrap();
    }
}
