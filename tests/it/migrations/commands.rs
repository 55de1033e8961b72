//! `spending-db migrate …`, as it is typed.

use std::process::Output;

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
