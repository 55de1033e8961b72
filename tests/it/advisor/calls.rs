//! What the operations of the crate send.

use std::fs;

use diesel::RunQueryDsl;
use diesel::dsl::sql;
use diesel::sql_types::Integer;
use serde_json::{Value, json};

use crate::golden::{Adapter, InProcess, Recording, replay};
use crate::household::sample;
use crate::support::fixtures::Household;
use crate::support::wire::{Statement, Wire};
use crate::support::{TestDatabase, program};

/// One call of an operation.
pub(super) struct Call {
    /// The old function, or the command of the program.
    pub(super) operation: String,
    /// What it sent, in that order.
    pub(super) statements: Vec<Statement>,
}

/// A call of every operation: of all old functions, and of the commands of the program.
pub(super) fn all() -> Vec<Call> {
    let mut calls = of_functions();
    calls.extend(of_program());
    calls
}

/// The recorded calls of the old functions, and a call of those that no recording calls.
pub(super) fn of_functions() -> Vec<Call> {
    let mut calls: Vec<Call> = Recording::all().iter().flat_map(of_recording).collect();
    calls.extend(not_recorded());
    calls
}

fn not_recorded() -> Vec<Call> {
    let database = TestDatabase::new();
    let household = Household::new(&mut database.conn(), "ada");
    let wire = Wire::to(&database);
    let mut listening = Listening::to(&wire);
    for (method, arguments) in [
        ("clear_amazon_returns", json!({})),
        (
            "delete_old_unmatched_gmail_receipts",
            json!({ "cutoff_date": "2020-01-01" }),
        ),
        ("create_normalized_category", json!({ "name": "Hobbies" })),
        (
            "create_normalized_subcategory",
            json!({ "category_id": household.category, "name": "Chess" }),
        ),
        (
            "add_import_progress",
            json!({ "job_id": household.import_job, "account_id": household.account, "synced": 1, "duplicates": 0, "errors": 0 }),
        ),
    ] {
        let answer = listening.call(1, method, &arguments);
        assert!(answer.get("error").is_none(), "{method} {answer}");
    }
    listening.calls
}

/// Notes what each request sends.
struct Listening<'w> {
    inner: InProcess,
    wire: &'w Wire,
    calls: Vec<Call>,
}

impl<'w> Listening<'w> {
    fn to(wire: &'w Wire) -> Self {
        Self {
            inner: InProcess::open(wire.url()),
            wire,
            calls: Vec::new(),
        }
    }
}

impl Adapter for Listening<'_> {
    fn answer(&mut self, request: &str) -> Value {
        let (answer, traffic) = self.wire.during(|| self.inner.answer(request));
        let request: Value = serde_json::from_str(request).unwrap();
        self.calls.push(Call {
            operation: request["method"].as_str().unwrap().to_owned(),
            statements: traffic.statements,
        });
        answer
    }
}

fn of_recording(recording: &Recording) -> Vec<Call> {
    let database = TestDatabase::new();
    let wire = Wire::to(&database);
    let mut listening = Listening::to(&wire);
    replay(recording, &mut database.conn(), &mut listening);
    listening.calls
}

const ANN: &str = "ann@example.org";

/// The commands on the household of the samples, from the first import to the jobs of all kinds.
fn of_program() -> Vec<Call> {
    let database = TestDatabase::new();
    let wire = Wire::to(&database);
    let key = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA=";
    let mut calls = Vec::new();
    let mut call = |arguments: &[&str]| {
        let mut command = program(arguments);
        command
            .env("DATABASE_URL", wire.url())
            .env("ENCRYPTION_KEY", key);
        let (output, traffic) = wire.during(|| command.output().unwrap());
        // 3: the samples hold records that are refused.
        assert!(
            [Some(0), Some(3)].contains(&output.status.code()),
            "{arguments:?} {output:?}"
        );
        let words: Vec<&str> = arguments.iter().copied().take(2).collect();
        let words = words.into_iter().take_while(|word| !word.starts_with("--"));
        calls.push(Call {
            operation: format!("`{}`", words.collect::<Vec<_>>().join(" ")),
            statements: traffic.statements,
        });
    };
    let folder = tempfile::tempdir().unwrap();
    let business = folder.path().join("business.json");
    fs::write(&business, BUSINESS).unwrap();
    let business = business.to_str().unwrap().to_owned();

    call(&["rules", "seed"]);
    call(&["import", "truelayer", &path("truelayer"), "--user", ANN]);
    for (kind, file) in [
        ("amazon-orders", path("amazon/order_history.csv")),
        ("amazon-returns", path("amazon/returns.csv")),
        ("amazon-business", business.clone()),
        ("apple", path("apple/report_a_problem.html")),
    ] {
        call(&["import", kind, &file]);
        call(&["import", kind, &file, "--refresh"]);
    }
    for whose in [&[][..], &["--user", ANN]] {
        for matcher in ["amazon", "returns", "business", "apple", "gmail", "all"] {
            call(&[&["match", matcher][..], whose].concat());
        }
        call(&[&["rules", "apply"][..], whose].concat());
        call(&[&["rules", "test", "--kind", "contains", "TESCO"][..], whose].concat());
        call(&[&["direct-debits"][..], whose].concat());
        call(&[&["enrich"][..], whose].concat());
        for by in ["category", "merchant", "month"] {
            call(&[&["report", "--by", by][..], whose].concat());
        }
        call(
            &[
                &["report", "--from", "2025-01-01", "--to", "2025-01-31"][..],
                whose,
            ]
            .concat(),
        );
        call(&[&["jobs", "list"][..], whose].concat());
    }
    call(&["enrich", "--user", ANN, "--force", "--limit", "10"]);
    call(&["secrets", "status"]);
    call(&["secrets", "encrypt"]);
    call(&["secrets", "rotate"]);
    for (kind, payload) in jobs(&database, &business) {
        call(&[
            "jobs",
            "enqueue",
            kind,
            "--payload",
            &payload.to_string(),
            "--unique-key",
            kind,
        ]);
    }
    call(&["jobs", "list", "--kind", "enrich", "--state", "queued"]);
    call(&["jobs", "show", "1"]);
    call(&["jobs", "cancel", "1"]);
    call(&["jobs", "retry", "1"]);
    call(&["jobs", "work", "--until-empty", "--threads", "1"]);
    call(&["jobs", "work", "--for", "1s", "--threads", "1"]);
    calls
}

fn path(name: &str) -> String {
    sample(name).to_str().unwrap().to_owned()
}

/// A job of each kind, with its payload.
fn jobs(database: &TestDatabase, business: &str) -> [(&'static str, Value); 14] {
    [
        ("apply_rules", json!({})),
        ("clear_mail_bodies", json!({ "days": 30 })),
        ("delete_expired_states", json!({})),
        ("delete_old_receipts", json!({})),
        ("enrich", json!({ "user": user(database) })),
        ("fail_stale_jobs", json!({})),
        ("import_amazon_business", json!({ "file": business })),
        (
            "import_amazon_orders",
            json!({ "file": path("amazon/order_history.csv") }),
        ),
        (
            "import_amazon_returns",
            json!({ "file": path("amazon/returns.csv") }),
        ),
        (
            "import_apple",
            json!({ "file": path("apple/report_a_problem.html") }),
        ),
        (
            "import_truelayer",
            json!({ "folder": path("truelayer"), "email": ANN }),
        ),
        ("prune_jobs", json!({})),
        ("run_matcher", json!({ "matcher": "amazon" })),
        ("run_matchers", json!({})),
    ]
}

/// The user whom the import made.
fn user(database: &TestDatabase) -> i32 {
    let first = sql::<Integer>("SELECT min(id) FROM users");
    first.get_result(&mut database.conn()).unwrap()
}

const BUSINESS: &str = r#"{"orders": [{"orderId": "B1", "orderDate": "2025-05-02T23:30:00Z", "orderStatus": "CLOSED",
    "purchaseOrderNumber": "PO", "buyingCustomer": {"name": "Ann", "email": "ann@example.org"},
    "orderSubTotal": {"amount": 10.10}, "orderTax": {"amount": 2.02}, "orderShippingAndHandling": {"amount": 0},
    "orderNetTotal": {"amount": 12.12, "currencyCode": "GBP"}, "lineItems": [
        {"asin": "B0", "title": "Paper", "productCategory": "Office", "itemQuantity": 2, "purchasedPricePerUnit": {"amount": 5.05},
         "itemNetTotal": {"amount": 10.10}, "seller": {"name": "Papers"}}]}]}"#;
