//! `spending-db jobs` as a person or a script sees it.

use std::process::Output;

use serde_json::Value;

use super::place::Place;
use crate::household::sample;
use crate::support::{fixtures, program};

fn run(place: &Place, arguments: &[&str]) -> Output {
    let mut command = program(&["jobs"]);
    command
        .args(arguments)
        .env("DATABASE_URL", place.test.url());
    command.output().unwrap()
}

fn answer(place: &Place, arguments: &[&str]) -> Value {
    let output = run(place, &[arguments, &["--json"]].concat());
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

fn refusal(place: &Place, arguments: &[&str]) -> String {
    let output = run(place, arguments);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn a_job_s_life_from_the_command_line() {
    let place = Place::new();
    let payload = serde_json::json!({ "file": sample("amazon/order_history.csv") }).to_string();
    let enqueue = [
        "enqueue",
        "import_amazon_orders",
        "--payload",
        &payload,
        "--unique-key",
        "orders",
    ];
    let enqueued = answer(&place, &enqueue);
    assert_eq!(enqueued["is_new"], true);
    let again = answer(&place, &enqueue);
    assert_eq!(
        (&again["id"], &again["is_new"]),
        (&enqueued["id"], &Value::Bool(false))
    );
    let id = enqueued["id"].to_string();
    assert_eq!(answer(&place, &["show", &id])["state"], "queued");

    assert_eq!(answer(&place, &["cancel", &id])["state"], "cancelled");
    assert_eq!(
        answer(&place, &["work", "--threads", "2", "--until-empty"])["completed"],
        0
    );
    assert_eq!(answer(&place, &["retry", &id])["state"], "queued");
    assert_eq!(
        answer(&place, &["work", "--threads", "2", "--until-empty"])["completed"],
        1
    );
    let job = answer(&place, &["show", &id]);
    assert_eq!(
        (&job["state"], &job["result"]["stored"]),
        (&"completed".into(), &15.into())
    );
    let shown = String::from_utf8(run(&place, &["show", &id]).stdout).unwrap();
    assert!(
        shown.contains("completed") && shown.contains("order_history.csv"),
        "{shown}"
    );
    assert!(
        refusal(&place, &["retry", &id]).contains("a job that is completed cannot be tried again")
    );
}

#[test]
fn lists_are_filtered_and_readable() {
    let place = Place::new();
    assert_eq!(run(&place, &["list"]).stdout, b"no jobs\n");
    fixtures::user(&mut place.conn(), "ann");
    answer(
        &place,
        &[
            "enqueue",
            "run_matchers",
            "--user",
            "ann@fixture.example",
            "--priority",
            "-3",
        ],
    );
    answer(
        &place,
        &["enqueue", "prune_jobs", "--run-at", "2100-01-01T00:00:00Z"],
    );
    let count = |arguments: &[&str]| answer(&place, arguments).as_array().unwrap().len();
    assert_eq!(count(&["list"]), 2);
    assert_eq!(count(&["list", "--limit", "1"]), 1);
    assert_eq!(count(&["list", "--kind", "prune_jobs"]), 1);
    assert_eq!(count(&["list", "--state", "failed"]), 0);
    let hers = answer(&place, &["list", "--user", "ann@fixture.example"]);
    assert_eq!(
        (&hers[0]["priority"], hers.as_array().unwrap().len()),
        (&(-3).into(), 1)
    );
    let table = String::from_utf8(run(&place, &["list"]).stdout).unwrap();
    assert!(
        table.contains("2100-01-01 00:00:00") && table.contains("run_matchers"),
        "{table}"
    );
}

#[test]
fn what_is_wrong_is_told() {
    let place = Place::new();
    fixtures::user(&mut place.conn(), "ann");
    let id = answer(&place, &["enqueue", "prune_jobs"])["id"].to_string();
    for (arguments, message) in [
        (&["enqueue", "nothing"][..], "kind: takes apply_rules, "),
        (
            &["enqueue", "import_amazon_orders"],
            "payload: missing field `file`",
        ),
        (
            &["enqueue", "prune_jobs", "--payload", "{"],
            "--payload: EOF",
        ),
        (&["show", "999999"], "not found"),
        (
            &["cancel", &id, "--user", "ann@fixture.example"],
            "not found",
        ),
        (
            &["list", "--user", "nobody@example.org"],
            "--user: there is no user",
        ),
    ] {
        let error = refusal(&place, arguments);
        assert!(error.contains(message), "{arguments:?}: {error}");
    }
    for usage in [
        &["list", "--state", "lost"][..],
        &["work", "--threads", "0"],
        &["work", "--for", "soon"],
        &["enqueue", "prune_jobs", "--run-at", "tomorrow"],
    ] {
        assert_eq!(run(&place, usage).status.code(), Some(2), "{usage:?}");
    }
}

#[test]
fn a_worker_ends_after_its_time_and_plans_the_upkeep() {
    let place = Place::new();
    let done = answer(&place, &["work", "--for", "1500ms"]);
    assert_eq!(done["failed"], 0);
    assert_eq!(
        place.ask("SELECT count(*) FROM sync_jobs WHERE unique_key LIKE 'schedule:%'"),
        "4"
    );
}
