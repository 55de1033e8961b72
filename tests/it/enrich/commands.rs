//! `spending-db enrich`.

use std::process::{Child, Stdio};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use super::home::Home;
use crate::household::{ANN, Household};
use crate::support::{program, wait_until};

/// Transactions that are neither untouched nor wholly enriched.
const HALF_DONE: &str = "SELECT count(*)::text AS answer FROM truelayer_transactions
    WHERE NOT (enrichment_required AND metadata -> 'enrichment' IS NULL AND category_id IS NULL
        OR NOT enrichment_required AND metadata #>> '{enrichment,primary_category}' = transaction_category
            AND metadata #>> '{enrichment,enriched_at}' IS NOT NULL AND (category_id IS NOT NULL OR transaction_category <> 'Dining'))";

fn enriching(url: &str) -> Child {
    program(&["--json", "enrich"])
        .env("DATABASE_URL", url)
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn a_process_that_is_killed_leaves_nothing_half_done_and_the_next_completes() {
    let home = Home::new();
    home.pay("FIRST");
    home.execute("INSERT INTO normalized_categories (name) VALUES ('Dining')");
    home.execute("INSERT INTO category_rules (rule_name, description_pattern, category, category_id) VALUES ('Coffee', 'coffee', 'Dining', 1)");
    home.execute(
        "INSERT INTO truelayer_transactions (account_id, transaction_id, normalised_provider_transaction_id, timestamp, description, amount, currency, transaction_type)
         SELECT account_id, 'n' || n, 'n' || n, timestamp + n * interval '1 minute', CASE n % 3 WHEN 0 THEN 'COFFEE ' ELSE 'TESCO ' END || n, 1, 'GBP', 'DEBIT'
         FROM truelayer_transactions, generate_series(1, 20000) AS n",
    );
    let waiting = || -> i32 {
        let count = home.ask(
            "SELECT count(*)::text AS answer FROM truelayer_transactions WHERE enrichment_required",
        );
        count.parse().unwrap()
    };
    for round in 0..4_i32 {
        let before = waiting();
        let mut process = enriching(&home.test.url());
        wait_until(|| waiting() < before);
        thread::sleep(Duration::from_millis(u64::from(round.unsigned_abs()) * 37));
        process.kill().unwrap();
        process.wait().unwrap();
        assert_eq!(home.ask(HALF_DONE), "0");
        if waiting() == 0 {
            break;
        }
    }
    assert!(enriching(&home.test.url()).wait().unwrap().success());
    assert_eq!((waiting(), &*home.ask(HALF_DONE)), (0, "0"));
    let coffees = home.ask("SELECT count(*)::text AS answer FROM truelayer_transactions WHERE transaction_category = 'Dining' AND description LIKE 'COFFEE%'");
    assert_eq!(
        home.ask("SELECT usage_count::text AS answer FROM category_rules"),
        coffees,
        "each use is counted once"
    );
}

#[test]
fn the_samples_are_enriched_and_again_nothing_changes() {
    let household = Household::of_the_samples();
    let run = |arguments: &[&str]| -> Value {
        let output = program(arguments)
            .env("DATABASE_URL", household.test.url())
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let limited = run(&["--json", "enrich", "--user", ANN, "--limit", "5"]);
    assert_eq!(limited[0]["by_enricher"], 5);
    let rest = run(&["--json", "enrich"]);
    assert_eq!(
        (&rest[0]["total"], &rest[0]["by_enricher"]),
        (&60.into(), &60.into())
    );
    let before = household.dump();
    assert_eq!(
        run(&["--json", "enrich", "--retry-failed"]),
        Value::Array(Vec::new())
    );
    assert_eq!(run(&["--json", "enrich", "--user", ANN])[0]["total"], 0);
    assert_eq!(household.dump(), before);
    let anew = run(&["--json", "enrich", "--user", ANN, "--force"]);
    assert_eq!(anew[0]["total"], 65);
}
