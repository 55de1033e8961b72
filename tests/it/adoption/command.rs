//! `spending-db migrate adopt`, as it is typed.

use serde_json::Value;

use crate::support::old_database::{Change, changed};
use crate::support::{TestDatabase, program};

fn adopt(database: &TestDatabase, arguments: &[&str]) -> (i32, String, String) {
    let output = program(&["migrate", "adopt"])
        .args(arguments)
        .env("DATABASE_URL", database.url())
        .env("SPENDING_DB_SLOW_STATEMENT", "off")
        .output()
        .unwrap();
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stdout).unwrap(),
        String::from_utf8(output.stderr).unwrap(),
    )
}

#[test]
fn a_plan_a_choice_and_the_adoption() {
    let database = changed(&[Change::Orphan("amazon_returns", "refund_transaction_id")]);
    let (code, out, _) = adopt(&database, &[]);
    assert_eq!(code, 1);
    for line in [
        "   lock: ACCESS EXCLUSIVE on truelayer_transactions\n",
        "     ALTER TABLE truelayer_apple_transaction_matches RENAME TO apple_transaction_matches;\n",
        "blocked: amazon_returns.refund_transaction_id refers to rows of truelayer_transactions that are not there (1 row)\n",
        "--resolve orphans:amazon_returns=null takes the reference away",
        "1 conflict has to be settled first\n",
    ] {
        assert!(out.contains(line), "{line}\n{out}");
    }
    let (code, _, told) = adopt(&database, &["--apply"]);
    assert_eq!(code, 1);
    assert!(
        told.starts_with("error: migration: adoption is blocked, and nothing was changed"),
        "{told}"
    );

    let choice = ["--resolve", "orphans:amazon_returns=null"];
    let (code, out, _) = adopt(&database, &choice);
    assert_eq!(code, 0);
    assert!(
        out.contains("settled by orphans:amazon_returns=null"),
        "{out}"
    );
    let (code, out, told) = adopt(&database, &[choice[0], choice[1], "--apply", "--json"]);
    assert_eq!(code, 0, "{told}");
    let report: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(
        (&report["removed"], &report["overwritten"]),
        (&0.into(), &1.into())
    );

    let (code, out, _) = adopt(&database, &["--apply"]);
    assert_eq!((code, out.as_str()), (0, "nothing to do\n"));
    let check = program(&["migrate", "check"])
        .env("DATABASE_URL", database.url())
        .output()
        .unwrap();
    assert_eq!(check.status.code(), Some(0));
}

#[test]
fn a_choice_that_there_is_not() {
    let database = TestDatabase::empty();
    let (code, _, told) = adopt(&database, &["--resolve", "orphans=ignore"]);
    assert_eq!(code, 2);
    assert!(told.contains("duplicates=keep-oldest"), "{told}");
}
