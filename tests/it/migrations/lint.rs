//! `spending-db migrate lint`, as it is typed and as it runs before a change is accepted.

use std::path::Path;

use serde_json::Value;

use super::Folder;
use crate::support::program;

/// What a run answers: the exit code and what it prints. It needs no database.
fn lint(arguments: &[&str]) -> (i32, String) {
    let output = program(&["migrate", "lint"])
        .args(arguments)
        .env("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    let told = String::from_utf8(output.stdout).unwrap();
    (output.status.code().unwrap(), told)
}

/// The migrations of this crate.
fn own() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/migrations"))
}

#[test]
fn the_migrations_of_this_crate_hurt_nobody() {
    let (code, told) = lint(&[own().to_str().unwrap()]);
    assert_eq!(code, 0, "{told}");
}

#[test]
fn one_that_is_planted_among_them_is_told_with_the_safe_way() {
    let folder = Folder::new(&[(
        "2999-01-01-000000_planted",
        "-- Quick.\nCREATE INDEX users_username_idx ON users (username);\n",
        "DROP INDEX users_username_idx;",
    )]);
    for entry in own().read_dir().unwrap() {
        let entry = entry.unwrap();
        let up = std::fs::read_to_string(entry.path().join("up.sql"));
        if let Ok(up) = up {
            folder.write(entry.file_name().to_str().unwrap(), "up.sql", &up);
        }
    }
    let path = folder.0.path().to_str().unwrap();
    let planted = format!("{path}/2999-01-01-000000_planted");
    for path in [path, &planted, &format!("{planted}/up.sql")] {
        let (code, told) = lint(&[path]);
        assert_eq!(code, 1);
        assert_eq!(
            told,
            "2999-01-01-000000_planted/up.sql:2: index-not-concurrently: CREATE INDEX users_username_idx ON users (username)\n    \
             it locks the table in SHARE mode: nobody writes to it while the whole of it is read\n    \
             instead: CREATE INDEX CONCURRENTLY, alone in a migration with `run_in_transaction = false` in its metadata.toml\n"
        );
    }
    let (code, told) = lint(&[&planted, "--json"]);
    let answer: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(code, 1);
    assert_eq!(answer["findings"][0]["rule"], "index-not-concurrently");
    assert_eq!(answer["findings"][0]["line"], 2);

    // As it should have been written.
    folder.write(
        "2999-01-01-000000_planted",
        "up.sql",
        "CREATE INDEX CONCURRENTLY users_username_idx ON users (username);\n",
    );
    assert_eq!(lint(&[path]).0, 1, "it needs metadata.toml");
    folder.write(
        "2999-01-01-000000_planted",
        "metadata.toml",
        "run_in_transaction = false\n",
    );
    let nothing = (0, "no statement hurts a table in use\n".to_owned());
    assert_eq!(lint(&[path]), nothing);
    // Another migration of the folder is not this one's fault.
    folder.write("2999-01-02-000000_worse", "up.sql", "DROP TABLE users;\n");
    assert_eq!(lint(&[&planted]), nothing);
    assert_eq!(lint(&[path]).0, 1);
}

#[test]
fn a_note_is_told_and_no_failure() {
    let folder = Folder::new(&[("1_trigger", "SELECT diesel_manage_updated_at('t');", "")]);
    let (code, told) = lint(&[folder.0.path().to_str().unwrap()]);
    assert_eq!(code, 0);
    assert!(
        told.starts_with(
            "1_trigger/up.sql:1: note: create-trigger: SELECT diesel_manage_updated_at('t')\n"
        ),
        "{told}"
    );
}

#[test]
fn what_is_no_folder_of_migrations_is_an_error() {
    let output = program(&["migrate", "lint", "/nowhere"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let told = String::from_utf8(output.stderr).unwrap();
    assert!(told.starts_with("error: /nowhere: "), "{told}");
}
