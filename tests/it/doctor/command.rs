//! `spending-db doctor` as it is typed.

use serde_json::Value;

use super::*;
use crate::support::{TestDatabase, program};

pub(super) fn doctor(url: &str, arguments: &[&str]) -> (i32, String) {
    let output = program(&["doctor"])
        .args(arguments)
        .env("DATABASE_URL", url)
        .env_remove("ENCRYPTION_KEY")
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn the_gravest_comes_first_and_each_with_what_to_do() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    execute(
        conn,
        "INSERT INTO users (id, email) VALUES (7, 'a@example.com')",
    );
    execute(conn, "DROP INDEX connection_logs_created_at_idx");

    let (code, out) = doctor(&database.url(), &[]);
    assert_eq!(code, 1, "{out}");
    let sequence = "error         migrations: the sequence of users.id goes on at 1, but a row has 7\n                \
                    inserting into users fails with a key that is there already\n                  \
                    SELECT setval('users_id_seq', 7);\n";
    let drift = "warning       migrations: 1 difference from what the migrations make\n                \
                 index connection_logs_created_at_idx of connection_logs is missing";
    let place = |words: &str| out.find(words).unwrap_or_else(|| panic!("{words}\n{out}"));
    assert!(place(sequence) < place(drift));
    assert!(place(drift) < place("\nok            "), "{out}");
    assert!(place("$ spending-db migrate check") > place(drift));
    assert!(
        !out.contains("PostgreSQL 1"),
        "what is well is not told: {out}"
    );

    let (code, out) = doctor(&database.url(), &["--verbose"]);
    assert_eq!(code, 1);
    assert!(
        out.contains("ok            versions: spending-db "),
        "{out}"
    );
}

#[test]
fn json_has_every_finding() {
    let database = TestDatabase::new();
    execute(
        &mut database.conn(),
        "ALTER TABLE users SET (autovacuum_enabled = off)",
    );
    let (code, out) = doctor(&database.url(), &["--json"]);
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, 1);
    let findings = answer["findings"].as_array().unwrap();
    assert_eq!(answer["severity"], findings[0]["severity"]);
    let mut areas: Vec<&str> = findings
        .iter()
        .map(|finding| finding["area"].as_str().unwrap())
        .collect();
    areas.sort_unstable();
    areas.dedup();
    assert_eq!(
        areas,
        [
            "connections",
            "indexes",
            "jobs",
            "migrations",
            "secrets",
            "settings",
            "statements",
            "tables",
            "versions"
        ]
    );
    let switched_off = findings
        .iter()
        .find(|finding| finding["found"] == "autovacuum is switched off for users")
        .unwrap();
    assert_eq!(switched_off["severity"], "warning");
    assert_eq!(
        switched_off["steps"][0]["sql"],
        "ALTER TABLE users RESET (autovacuum_enabled)"
    );
}
