//! The commands `import`, `match`, `report` and `demo` as a person or a script sees them.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};

use crate::household::{folder, record, results, sample};
use crate::support::TestDatabase;

pub(crate) fn spending_db(url: &str, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_spending-db"))
        .args(arguments)
        .env("DATABASE_URL", url)
        .env_remove("RUST_LOG")
        .output()
        .unwrap()
}

/// The exit code and the JSON answer.
pub(crate) fn json_of(output: &Output) -> (i32, Value) {
    let answer = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {output:?}"));
    (output.status.code().unwrap(), answer)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_samples_go_in_and_come_out_matched() {
    let test = TestDatabase::new();
    let url = test.url();
    let bank = sample("truelayer");
    let import = [
        "--json",
        "import",
        "truelayer",
        text(&bank),
        "--user",
        "ann@example.org",
    ];
    let (code, files) = json_of(&spending_db(&url, &import));
    assert_eq!(code, 3);
    let transactions = files
        .as_array()
        .unwrap()
        .iter()
        .find(|file| file["file"] == "transactions.json")
        .unwrap();
    assert_eq!(
        transactions,
        &json!({
            "file": "transactions.json",
            "read": 69,
            "stored": 65,
            "duplicate": 1,
            "refused": [
                { "position": 6, "reason": "amount: \"n/a\" is not a number" },
                { "position": 31, "reason": "timestamp: missing" },
                { "position": 59, "reason": "normalised_provider_transaction_id: missing" },
            ],
        })
    );
    let orders = sample("amazon/order_history.csv");
    let (code, files) = json_of(&spending_db(
        &url,
        &["import", "amazon-orders", text(&orders), "--json"],
    ));
    assert_eq!(code, 3);
    assert_eq!(files.as_array().unwrap().len(), 1);
    assert_eq!(files[0]["stored"], 15);

    let (code, matches) = json_of(&spending_db(&url, &["match", "amazon", "--json"]));
    assert_eq!(code, 0);
    assert_eq!(
        matches["matched"][0],
        json!({ "transaction": "txn-97ae02ae9eef14073", "order_id": "202-1000001-0000001", "confidence": 95 })
    );
    assert_eq!(matches["matched"].as_array().unwrap().len(), 9);
    assert_eq!(matches["unmatched"].as_array().unwrap().len(), 5);
    let (code, again) = json_of(&spending_db(
        &url,
        &["match", "amazon", "--json", "--user", "ann@example.org"],
    ));
    assert_eq!(code, 0);
    assert_eq!(again["matched"], json!([]));
    assert_eq!(again["unmatched"], matches["unmatched"]);

    let report = [
        "report",
        "--by",
        "month",
        "--from",
        "2025-04-01",
        "--to",
        "2025-05-31",
        "--json",
    ];
    let (code, report) = json_of(&spending_db(&url, &report));
    assert_eq!(code, 0);
    assert_eq!(report["lines"][0]["name"], "2025-04");
    assert_eq!(report["totals"][0]["currency"], "GBP");
}

#[test]
fn returns_purchases_and_business_orders_go_in() {
    let test = TestDatabase::new();
    let url = test.url();
    let returns = sample("amazon/returns.csv");
    let (code, files) = json_of(&spending_db(
        &url,
        &["import", "amazon-returns", text(&returns), "--json"],
    ));
    assert_eq!(code, 3);
    assert_eq!(
        files,
        json!([{
            "file": "returns.csv",
            "read": 9,
            "stored": 6,
            "duplicate": 1,
            "refused": [
                { "position": 8, "reason": "ReversalID: missing" },
                { "position": 9, "reason": "RefundCompletionDate: \"not a date\" is not a date" },
            ],
        }])
    );
    let page = sample("apple/report_a_problem.html");
    let (code, files) = json_of(&spending_db(
        &url,
        &["import", "apple", text(&page), "--json"],
    ));
    assert_eq!(code, 3);
    assert_eq!(
        files,
        json!([{
            "file": "report_a_problem.html",
            "read": 9,
            "stored": 7,
            "duplicate": 1,
            "refused": [{ "position": 7, "reason": "price: missing (purchase MSAMPLE0008 of 1 Apr 2025)" }],
        }])
    );
    let order = |total: &str| {
        format!(
            r#"{{"orders": [{{"orderId": "B1", "orderDate": "2025-05-01", "orderNetTotal": {{"amount": {total}}}}}]}}"#
        )
    };
    let files = folder(&[("old.json", order("1.00")), ("new.json", order("2.00"))]);
    let import = |name: &str, more: &[&str]| {
        let file = files.path().join(name);
        let arguments = [&["import", "amazon-business", text(&file)], more].concat();
        let output = spending_db(&url, &arguments);
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).unwrap()
    };
    import("old.json", &[]);
    for (more, word) in [(&[][..], "kept"), (&["--refresh"], "renewed")] {
        let told = import("new.json", more);
        let line =
            format!("{word}: new.json 1: net_total of B1: 1.00 in the database, 2.00 in the file");
        assert!(told.contains(&line), "{told}");
    }
}

#[test]
fn without_refused_records_the_exit_code_is_zero() {
    let test = TestDatabase::new();
    let files = folder(&[("transactions.json", results(&[record("a", &[])]))]);
    let output = spending_db(
        &test.url(),
        &[
            "import",
            "truelayer",
            text(files.path()),
            "--user",
            "a@example.org",
        ],
    );
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty(), "{output:?}");
    let table = String::from_utf8(output.stdout).unwrap();
    assert!(
        table.contains("transactions.json") && !table.contains('\u{1b}'),
        "{table}"
    );
}

#[test]
fn a_failed_file_is_told_and_the_others_are_stored() {
    let test = TestDatabase::new();
    let files = folder(&[
        ("transactions_1.json", results(&[record("a", &[])])),
        ("transactions_2.json", "[{".to_owned()),
    ]);
    let import = [
        "import",
        "truelayer",
        text(files.path()),
        "--user",
        "a@example.org",
        "--json",
    ];
    let output = spending_db(&test.url(), &import);
    let (code, answer) = json_of(&output);
    assert_eq!(code, 1);
    assert!(
        answer
            .as_array()
            .unwrap()
            .iter()
            .any(|file| file["file"] == "transactions_1.json" && file["stored"] == 1)
    );
    let error: Value = serde_json::from_slice(&output.stderr).unwrap();
    assert!(
        error["error"]
            .as_str()
            .unwrap()
            .contains("transactions_2.json"),
        "{error}"
    );
}

#[test]
fn wrong_usage_and_missing_files_are_told_apart() {
    let test = TestDatabase::new();
    let url = test.url();
    for usage in [
        &["import"][..],
        &["import", "truelayer", "x"],
        &["match", "ebay"],
        &["report", "--by", "day"],
        &["report", "--from", "31/02/2025"],
    ] {
        assert_eq!(spending_db(&url, usage).status.code(), Some(2), "{usage:?}");
    }
    for failure in [
        &["import", "amazon-orders", "/no/such/file.csv"][..],
        &["import", "amazon-returns", "/no/such/file.csv"],
        &["import", "amazon-business", "/no/such/file.json"],
        &["import", "apple", "/no/such/file.html"],
        &[
            "import",
            "truelayer",
            "/no/such/folder",
            "--user",
            "a@example.org",
        ],
        &["report", "--user", "nobody@example.org"],
        &["report", "--from", "2025-05-02", "--to", "2025-05-01"],
    ] {
        let output = spending_db(&url, failure);
        assert_eq!(output.status.code(), Some(1), "{failure:?}");
        assert!(
            output.stdout.is_empty() && output.stderr.starts_with(b"error: "),
            "{output:?}"
        );
    }
}

#[test]
fn the_report_is_readable() {
    let test = TestDatabase::new();
    let url = test.url();
    assert_eq!(
        spending_db(&url, &["report"]).stdout,
        b"nothing was spent\n"
    );
    let records = [
        record("a", &[("amount", "-10.5"), ("merchant_name", "\"Big\"")]),
        record("b", &[("amount", "-5.25"), ("merchant_name", "\"Small\"")]),
        record(
            "c",
            &[
                ("amount", "-3"),
                ("merchant_name", "\"Small\""),
                ("currency", "\"EUR\""),
            ],
        ),
    ];
    let files = folder(&[("transactions.json", results(&records))]);
    spending_db(
        &url,
        &[
            "import",
            "truelayer",
            text(files.path()),
            "--user",
            "a@example.org",
        ],
    );
    let table =
        String::from_utf8(spending_db(&url, &["report", "--by", "merchant"]).stdout).unwrap();
    let line = |name: &str, amount: &str| {
        table
            .lines()
            .find(|line| line.contains(name) && line.contains(amount))
            .unwrap_or_else(|| panic!("{table}"))
    };
    assert_eq!(line("Big", "10.50").matches('█').count(), 24);
    assert_eq!(line("Small", "5.25").matches('█').count(), 12);
    assert_eq!(line("Small", "3.00").matches('█').count(), 24);
    line("total", "15.75");
    line("spent EUR", "");
}

#[test]
fn the_demo_shows_the_whole_way() {
    let home = tempfile::tempdir().unwrap();
    let demo = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_spending-db"))
            .arg("demo")
            .args(arguments)
            .env("SPENDING_DB_SERVER_DIR", home.path().join("server"))
            .env_remove("DATABASE_URL")
            .output()
            .unwrap()
    };
    let (code, answer) = json_of(&demo(&["--json"]));
    assert_eq!(code, 0);
    assert_eq!(answer["import"].as_array().unwrap().len(), 8);
    for (part, matched) in [
        ("match", 9),
        ("match_returns", 2),
        ("match_apple", 5),
        ("match_gmail", 0),
    ] {
        assert_eq!(
            answer[part]["matched"].as_array().unwrap().len(),
            matched,
            "{part}"
        );
    }
    assert_eq!(answer["direct_debits"][2]["payee"], "VODAFONE LTD");
    assert_eq!(answer["enrich"]["failed"], 0);
    assert_eq!(answer["report"]["totals"][0]["spent"], "5642.36");
    let again = demo(&[]);
    assert_eq!(again.status.code(), Some(0), "{again:?}");
    let text = String::from_utf8(again.stdout).unwrap();
    assert!(
        text.contains("Shopping") && text.contains('█') && text.contains("import truelayer"),
        "{text}"
    );
    assert!(
        again.stderr.is_empty(),
        "{}",
        String::from_utf8_lossy(&again.stderr)
    );
}
