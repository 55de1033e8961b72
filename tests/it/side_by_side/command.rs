//! `spending-db migrate side-by-side`, as it is typed.

use crate::support::fixtures::{self, Household};
use crate::support::{TestDatabase, program};

fn run(database: &TestDatabase, arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = program(&["migrate", "side-by-side"])
        .args(arguments)
        .env("DATABASE_URL", database.url())
        .env("SPENDING_DB_SLOW_STATEMENT", "off")
        .output()
        .unwrap();
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn on_status_and_off() {
    let database = TestDatabase::new();
    for (action, told) in [
        ("status", "old code cannot store Gmail receipts and mails\n"),
        (
            "on",
            "old code can store Gmail receipts and mails from now on\n",
        ),
        ("on", "old code can store Gmail receipts and mails\n"),
        ("status", "old code can store Gmail receipts and mails\n"),
        (
            "off",
            "old code cannot store Gmail receipts and mails from now on\n",
        ),
        ("off", "old code cannot store Gmail receipts and mails\n"),
    ] {
        assert_eq!(
            run(&database, &[action]),
            (Some(0), told.to_owned(), String::new())
        );
    }
    let (code, out, _) = run(&database, &["on", "--json"]);
    let answer: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (code, answer),
        (Some(0), serde_json::json!({ "on": true, "changed": true }))
    );
}

#[test]
fn what_stands_in_the_way_is_told() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let home = Household::new(conn, "ada");
    let second = fixtures::mailbox(conn, home.user, "second@fixture.example");
    for mailbox in [home.mailbox, second] {
        fixtures::receipt(conn, mailbox, "shared");
    }
    let (code, out, error) = run(&database, &["on"]);
    assert_ne!(code, Some(0));
    assert_eq!(out, "");
    assert!(error.contains("shared of gmail_receipts"), "{error}");
}
