//! Every migration can be taken back and leaves nothing behind.

use std::path::Path;
use std::process::Command;

use diesel::migration::MigrationSource;
use diesel::pg::Pg;
use diesel_migrations::MigrationHarness;
use spending_db::migrations::MIGRATIONS;

use crate::schema::lines;
use crate::support::TestDatabase;

/// `pg_dump` beside the programs of the server that the tests run on, or else the one on the PATH.
fn pg_dump(db: &TestDatabase) -> Command {
    let folder = lines(
        &mut db.conn(),
        "SELECT setting AS line FROM pg_config WHERE name = 'BINDIR'",
    );
    let beside = Path::new(&folder[0]).join("pg_dump");
    Command::new(if beside.exists() {
        &beside
    } else {
        Path::new("pg_dump")
    })
}

/// The schema as SQL, without the random words of `\restrict`; `None` where this machine has no `pg_dump`.
fn dump(db: &TestDatabase) -> Option<String> {
    let mut command = pg_dump(db);
    let Ok(output) = command
        .args(["--schema-only", "--dbname", &db.url()])
        .output()
    else {
        eprintln!("not compared: this machine has no pg_dump");
        return None;
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let text = String::from_utf8(output.stdout).unwrap();
    let kept = |line: &&str| !line.starts_with("\\restrict") && !line.starts_with("\\unrestrict");
    Some(text.lines().filter(kept).collect::<Vec<_>>().join("\n"))
}

#[test]
fn up_down_up_leaves_the_same_schema() {
    let db = TestDatabase::empty();
    let conn = &mut db.conn();
    conn.run_pending_migrations(MIGRATIONS).unwrap();
    let first = dump(&db);
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
    assert_eq!(dump(&db), first);
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
        let before = dump(&db);
        let version = conn.run_next_migration(MIGRATIONS).unwrap().to_string();
        let after = dump(&db);
        assert!(after.is_none() || after != before, "{version} does nothing");
        conn.revert_last_migration(MIGRATIONS).unwrap();
        assert_eq!(dump(&db), before, "{version}");
        conn.run_next_migration(MIGRATIONS).unwrap();
    }
}
