//! Awkward records and files.

use std::fs;

use spending_db::Error;

use crate::household::{Household, counts, folder, incompressible, record, report, results};

#[test]
fn decimals_are_exact() {
    let household = Household::new();
    let records = [
        record("a", &[("amount", "-0.1")]),
        record("b", &[("amount", "-0.2")]),
        record(
            "c",
            &[
                ("amount", "-12345678901234567890.123456789012345678"),
                ("currency", "\"EUR\""),
            ],
        ),
        record("d", &[("amount", "1e2"), ("currency", "\"USD\"")]),
        record(
            "e",
            &[
                ("running_balance", r#"{"amount": -0.10}"#),
                ("meta", r#"{"rate": 1.10, "big": 12345678901234567890.10}"#),
                ("amount", "1"),
                ("currency", "\"CHF\""),
            ],
        ),
    ];
    household.import(folder(&[("transactions.json", results(&records))]).path());
    let of = |id: &str, column: &str| {
        household.ask(&format!(
            "SELECT {column} FROM truelayer_transactions WHERE transaction_id = '{id}'"
        ))
    };
    assert_eq!(
        household.ask("SELECT sum(amount) FROM truelayer_transactions WHERE currency = 'GBP'"),
        "0.3"
    );
    assert_eq!(of("c", "amount"), "12345678901234567890.123456789012345678");
    assert_eq!(of("d", "amount"), "100");
    assert_eq!(of("e", "running_balance"), "-0.10");
    assert_eq!(of("e", "metadata #>> '{meta,rate}'"), "1.10");
    assert_eq!(
        of("e", "metadata #>> '{meta,big}'"),
        "12345678901234567890.10"
    );
}

#[test]
fn a_broken_record_costs_nothing_but_itself() {
    let household = Household::new();
    let records = [
        record("a", &[]),
        record("b", &[("amount", "\"12.50\"")]),
        record("c", &[]),
        "null".to_owned(),
        "[1, 2]".to_owned(),
        record("d", &[("timestamp", "\"31/02/2025\"")]),
        record("e", &[("transaction_type", "\"debit\"")]),
        record("f", &[("currency", "\"POUND\"")]),
        record("g", &[("description", r#""NUL \u0000 character""#)]),
        record("h", &[("amount", "1e99999999")]),
        record("i", &[("unknown", "{}")]),
        record("a", &[("amount", "-2")]),
    ];
    let import = household.import(folder(&[("transactions.json", results(&records))]).path());
    let transactions = report(&import, "transactions.json");
    assert_eq!(counts(transactions), (3, 1, vec![2, 4, 5, 6, 7, 8, 9, 10]));
    let reasons: Vec<_> = transactions
        .refused
        .iter()
        .map(|refused| refused.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        [
            "amount: \"12.50\" is not a number",
            "null is not an object",
            "[1, 2] is not an object",
            "timestamp: \"31/02/2025\" is not a date and time",
            "transaction_type: \"debit\" is neither DEBIT nor CREDIT",
            "currency: \"POUND\" is not a currency code",
            "description: \"NUL \\0 character\" has a NUL character, which the database cannot hold",
            "amount: 1e99999999 has more than 1000 digits",
        ]
    );
    assert_eq!(
        household.ask("SELECT string_agg(transaction_id || ' ' || amount, ', ' ORDER BY transaction_id) FROM truelayer_transactions"),
        "a 1.00, c 1.00, i 1.00"
    );
}

#[test]
fn what_the_database_refuses_is_refused_alone() {
    let household = Household::new();
    let long = incompressible();
    let deep = format!("{}1{}", "[".repeat(20_000), "]".repeat(20_000));
    let bad = [
        (7, record("nul", &[("meta", r#"{"note": "a\u0000b"}"#)])),
        (8, record("surrogate", &[("meta", r#"{"note": "\ud800"}"#)])),
        (31, record(&long, &[])),
        (
            60,
            record("deep", &[("meta", &format!("{{\"x\": {deep}}}"))]),
        ),
    ];
    let records: Vec<String> = (1..=60)
        .map(|position| {
            bad.iter()
                .find(|(place, _)| *place == position)
                .map_or_else(
                    || {
                        let merchant = format!("\"{long}\"");
                        record(&format!("good {position}"), &[("merchant_name", &merchant)])
                    },
                    |(_, bad)| bad.clone(),
                )
        })
        .collect();
    let files = folder(&[("transactions.json", results(&records))]);
    let import = household.import(files.path());
    let transactions = report(&import, "transactions.json");
    assert_eq!(counts(transactions), (56, 0, vec![7, 8, 31, 60]));
    for (refused, reason) in transactions.refused.iter().zip([
        "unsupported Unicode escape sequence",
        "invalid input syntax for type json",
        "index row",
        "stack depth limit exceeded",
    ]) {
        assert!(
            refused.reason.starts_with("the database refuses it: "),
            "{}",
            refused.reason
        );
        assert!(refused.reason.contains(reason), "{}", refused.reason);
    }
    let again = household.import(files.path());
    assert_eq!(
        counts(report(&again, "transactions.json")),
        (0, 56, vec![7, 8, 31, 60])
    );
    assert_eq!(
        household.ask("SELECT count(*) FROM truelayer_transactions"),
        "56"
    );
}

#[test]
fn more_records_than_a_batch_holds() {
    let household = Household::new();
    let mut records: Vec<String> = (0..12_001)
        .map(|number| record(&format!("{number}"), &[]))
        .collect();
    records[5_500] = record("17", &[]);
    records[11_000] = record("x", &[("amount", "true")]);
    let files = folder(&[("transactions.json", results(&records))]);
    let import = household.import(files.path());
    assert_eq!(
        counts(report(&import, "transactions.json")),
        (11_999, 1, vec![11_001])
    );
    assert_eq!(
        household.ask("SELECT count(*) FROM truelayer_transactions"),
        "11999"
    );
    let again = household.import(files.path());
    assert_eq!(
        counts(report(&again, "transactions.json")),
        (0, 12_000, vec![11_001])
    );
}

#[test]
fn a_file_that_is_cut_off_stores_nothing_and_the_others_are_stored() {
    let household = Household::new();
    let whole = results(&[record("a", &[]), record("b", &[])]);
    let cut = results(&[record("c", &[]), record("d", &[])]);
    let files = folder(&[
        ("transactions_1.json", whole),
        ("transactions_2.json", cut[..cut.len() - 40].to_owned()),
        (
            "transactions_3.json",
            "<html>Service unavailable</html>".to_owned(),
        ),
        (
            "transactions_4.json",
            r#"{"error": "invalid_token"}"#.to_owned(),
        ),
    ]);
    let import = household.import(files.path());
    assert_eq!(
        counts(report(&import, "transactions_1.json")),
        (2, 0, vec![])
    );
    let failed: Vec<_> = import
        .failed
        .iter()
        .map(|failed| failed.file.as_str())
        .collect();
    assert_eq!(
        failed,
        [
            "transactions_2.json",
            "transactions_3.json",
            "transactions_4.json"
        ]
    );
    for failed in &import.failed {
        assert!(
            matches!(failed.error, Error::Import { .. }),
            "{:?}",
            failed.error
        );
        assert!(
            failed.error.to_string().contains(&failed.file),
            "{}",
            failed.error
        );
    }
    assert_eq!(
        household.ask("SELECT string_agg(transaction_id, ' ' ORDER BY transaction_id) FROM truelayer_transactions"),
        "a b"
    );
    assert_eq!(
        household.ask("SELECT job_status || ' ' || total_transactions_synced || ' ' || (error_message LIKE '%transactions_2.json%') FROM truelayer_import_jobs"),
        "failed 2 true"
    );
    fs::write(files.path().join("transactions_2.json"), cut).unwrap();
    let again = household.import(files.path());
    assert_eq!(
        counts(report(&again, "transactions_2.json")),
        (2, 0, vec![])
    );
}
