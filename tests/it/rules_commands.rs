//! `spending-db rules` and `spending-db direct-debits`.

use serde_json::{Value, json};

use crate::household::{ANN, Household};
use crate::support::program;

fn run(household: &Household, arguments: &[&str]) -> (Option<i32>, Value) {
    let output = program(&[&["--json"][..], arguments].concat())
        .env("DATABASE_URL", household.test.url())
        .output()
        .unwrap();
    let text = if output.status.success() {
        &output.stdout
    } else {
        &output.stderr
    };
    let answer = serde_json::from_slice(text).unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (output.status.code(), answer)
}

#[test]
fn the_samples_direct_debits_are_those_of_the_readme() {
    let household = Household::of_the_samples();
    let expected = json!([
        {"payee": "BOROUGH COUNCIL TAX", "count": 3, "mandate_numbers": ["0003"]},
        {"payee": "OCTOPUS ENERGY", "count": 3, "mandate_numbers": ["0012"]},
        {"payee": "VODAFONE LTD", "count": 3, "mandate_numbers": ["0007"]},
    ]);
    assert_eq!(
        run(&household, &["direct-debits"]),
        (Some(0), expected.clone())
    );
    assert_eq!(
        run(&household, &["direct-debits", "--user", ANN]),
        (Some(0), expected)
    );
    let (code, answer) = run(&household, &["direct-debits", "--user", "x@example.org"]);
    assert_eq!(code, Some(1));
    assert!(answer["error"].as_str().unwrap().contains("--user"));
}

// D14
#[test]
fn a_pattern_is_tested_as_the_engine_uses_it() {
    let household = Household::of_the_samples();
    let matches = |arguments: &[&str]| {
        let (code, answer) = run(&household, &[&["rules", "test"][..], arguments].concat());
        assert_eq!(code, Some(0), "{answer}");
        (
            answer["matches"].as_i64().unwrap(),
            answer["samples"].as_array().unwrap().len(),
        )
    };
    assert_eq!(
        matches(&["regex:mandate no \\d{4}$", "--samples", "4"]),
        (9, 4)
    );
    assert_eq!(matches(&["mandate no \\d{4}$", "--kind", "regex"]), (9, 9));
    assert_eq!(matches(&["mandate no \\d{4}$"]), (0, 0));
    assert_eq!(matches(&["starts:direct debit payment to"]), (9, 9));
    assert_eq!(
        matches(&["direct debit payment to", "--kind", "starts_with"]),
        (9, 9)
    );
    assert_eq!(
        matches(&["direct debit payment to", "--kind", "exact"]),
        (0, 0)
    );
    household.execute("INSERT INTO category_rules (rule_name, description_pattern, pattern_type, category) VALUES ('Debits', 'mandate no \\d{4}$', 'regex', 'Bills')");
    let (_, applied) = run(&household, &["rules", "apply"]);
    assert_eq!(applied["hits"], json!({"Debits": 9}), "the engine agrees");
    let refused = [["rules", "test", " "], ["rules", "test", "regex:(["]];
    for arguments in refused {
        let (code, answer) = run(&household, &arguments);
        assert_eq!(code, Some(1));
        assert!(answer["error"].as_str().unwrap().starts_with("pattern: "));
    }
}

#[test]
fn rules_are_seeded_and_applied() {
    let household = Household::of_the_samples();
    let (_, seeded) = run(&household, &["rules", "seed"]);
    assert_eq!(
        seeded,
        json!({"categories": 25, "rules": 10, "merchants": 22})
    );
    let (_, again) = run(&household, &["rules", "seed"]);
    assert_eq!(again, json!({"categories": 0, "rules": 0, "merchants": 0}));
    let (_, applied) = run(&household, &["rules", "apply", "--user", ANN]);
    assert_eq!(applied["total_transactions"], 65);
    assert!(applied["written_transactions"].as_i64().unwrap() > 0);
    assert_eq!(
        applied["written_transactions"],
        applied["enriched_transactions"]
    );
    let before = household.dump();
    let (_, nothing) = run(&household, &["rules", "apply"]);
    assert_eq!(nothing["written_transactions"], 0);
    assert_eq!(household.dump(), before);
}
