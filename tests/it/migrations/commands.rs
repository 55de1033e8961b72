//! `spending-db migrate …`, as it is typed.

use std::process::Output;

use diesel::connection::SimpleConnection;
use serde_json::Value;

use crate::support::{TestDatabase, program};

fn run(database: &TestDatabase, arguments: &[&str]) -> (i32, String, String) {
    let Output {
        status,
        stdout,
        stderr,
    } = program(&["migrate"])
        .args(arguments)
        .env("DATABASE_URL", database.url())
        .output()
        .unwrap();
    (
        status.code().unwrap(),
        String::from_utf8(stdout).unwrap(),
        String::from_utf8(stderr).unwrap(),
    )
}

fn json(database: &TestDatabase, arguments: &[&str]) -> Value {
    let (code, out, err) = run(database, &[arguments, &["--json"]].concat());
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn the_commands_and_what_they_answer() {
    let database = TestDatabase::empty();
    let (code, out, err) = run(&database, &["status"]);
    assert_eq!((code, err.as_str()), (0, ""));
    let first = "pending              00000000000000_diesel_initial_setup\n";
    assert!(out.starts_with(first), "{out}");
    let all = out.lines().count();

    let (code, out, _) = run(&database, &["run"]);
    assert_eq!((code, out.lines().count()), (0, all));
    assert!(
        out.starts_with("applied 00000000000000_diesel_initial_setup ("),
        "{out}"
    );
    assert_eq!(run(&database, &["run"]).1, "nothing to apply\n");
    assert_eq!(
        json(&database, &["run"])["applied"],
        Value::Array(Vec::new())
    );

    let status = json(&database, &["status"]);
    let migrations = status["migrations"].as_array().unwrap();
    assert_eq!(migrations.len(), all);
    let last = migrations.last().unwrap();
    assert!(
        last["applied_at"].as_str().unwrap().ends_with('Z'),
        "{last}"
    );

    let length = |answer: &Value| answer.as_array().unwrap().len();
    assert_eq!(
        json(&database, &["redo"])["redone"][0]["name"],
        last["name"]
    );
    assert_eq!(length(&json(&database, &["redo", "--all"])["redone"]), all);
    assert_eq!(
        length(&json(&database, &["revert", "-n", "2"])["reverted"]),
        2
    );
    let (code, out, _) = run(&database, &["revert", "--all"]);
    assert_eq!((code, out.lines().count()), (0, all - 2));
    assert_eq!(
        run(&database, &["revert", "--all"]).1,
        "nothing to revert\n"
    );
}

#[test]
fn what_cannot_be_done_is_one_line_and_an_exit_code() {
    let database = TestDatabase::new();
    let (code, out, err) = run(&database, &["revert", "-n", "999"]);
    assert_eq!(
        (code, out.as_str(), err.lines().count()),
        (1, "", 1),
        "{err}"
    );
    assert!(err.starts_with("error: count: takes 1 to "), "{err}");
    let (code, out, err) = run(&database, &["revert", "-n", "999", "--json"]);
    assert_eq!((code, out.as_str()), (1, ""));
    let error: Value = serde_json::from_str(&err).unwrap();
    assert!(
        error["error"]
            .as_str()
            .unwrap()
            .starts_with("count: takes 1 to "),
        "{error}"
    );
    for wrong in [
        vec!["revert", "-n", "0"],
        vec!["revert", "-n", "1", "--all"],
        vec!["undo"],
        vec![],
    ] {
        assert_eq!(run(&database, &wrong).0, 2, "{wrong:?}");
    }
}

#[test]
fn what_reverting_would_lose_is_told_and_lost_with_consent_only() {
    let database = TestDatabase::new();
    database
        .conn()
        .batch_execute(
            "INSERT INTO users (id, email) VALUES (1, 'ann@example.org');
             INSERT INTO bank_connections (user_id, provider_id, provider_name, encryption_version) VALUES (1, 'p', 'p', 2)",
        )
        .unwrap();
    let back = ["revert", "-n", "3"];
    let with = |argument| [&back[..], &[argument]].concat();
    let (code, out, err) = run(&database, &with("--dry-run"));
    assert_eq!(
        (code, out.as_str(), err.as_str()),
        (
            0,
            "would revert 2026-11-23-000100_unused_indexes\n\
             would revert 2026-11-22-001250_enrichment\n\
             would revert 2026-11-22-001240_key_versions\n    \
             would lose 1 value of bank_connections.encryption_version\n        \
             SELECT * FROM bank_connections WHERE encryption_version IS NOT NULL AND encryption_version::text <> (1)::text;\n",
            ""
        )
    );
    let would = json(&database, &with("--dry-run"));
    let loss = &would["would_revert"][2]["losses"][0];
    assert_eq!(
        (
            &loss["table"],
            &loss["reason"],
            &loss["column"],
            &loss["rows"]
        ),
        (
            &"bank_connections".into(),
            &"column_dropped".into(),
            &"encryption_version".into(),
            &1.into()
        )
    );

    let (code, out, err) = run(&database, &back);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(
        err,
        "error: reverting would lose data, which takes consent (--lose-data): \
         1 value of bank_connections.encryption_version (2026-11-22-001240_key_versions)\n"
    );
    let (code, _, err) = run(&database, &with("--json"));
    let error: Value = serde_json::from_str(&err).unwrap();
    assert_eq!((code, &error["migrations"][0]["losses"][0]), (1, loss));
    assert_eq!(run(&database, &["run"]).1, "nothing to apply\n");

    let (code, out, _) = run(&database, &with("--lose-data"));
    assert_eq!(code, 0);
    assert!(
        out.ends_with(" ms)\n    lost 1 value of bank_connections.encryption_version\n"),
        "{out}"
    );
    let (code, _, _) = run(&database, &["revert", "--dry-run", "--lose-data"]);
    assert_eq!(code, 2);
}

#[test]
fn a_database_that_is_named_by_the_argument_wins_and_is_not_repeated() {
    let database = TestDatabase::new();
    let url = "postgres://u:hunter2@[";
    let (code, out, err) = run(&database, &["status", "--database-url", url]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.starts_with("error: DATABASE_URL: ") && !err.contains("hunter2"),
        "{err}"
    );
    let help = program(&["migrate", "--help"])
        .env("DATABASE_URL", url)
        .output()
        .unwrap();
    let said = String::from_utf8(help.stdout).unwrap();
    assert!(
        said.contains("DATABASE_URL") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn statements_are_logged_on_request() {
    let database = TestDatabase::new();
    let (_, quiet, err) = run(&database, &["status"]);
    assert_eq!(err, "");
    let (code, out, err) = run(&database, &["status", "-vv"]);
    assert_eq!((code, out), (0, quiet));
    assert!(
        err.contains("DEBUG spending_db::sql: statement elapsed_us="),
        "{err}"
    );
}
