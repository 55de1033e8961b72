//! The spending report.

use chrono::NaiveDate;
use serde_json::json;
use spending_db::Error;
use spending_db::operations::matching::amazon::match_amazon;
use spending_db::operations::report::{SpendingBy, SpendingQuery, SpendingReport, spending};
use spending_db::types::UserId;

use crate::household::{BOB, Household, folder, record, results};

fn run(household: &Household, query: &SpendingQuery) -> SpendingReport {
    spending(&mut household.conn(), query).unwrap()
}

fn by(by: SpendingBy) -> SpendingQuery {
    SpendingQuery {
        by,
        ..SpendingQuery::default()
    }
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `name currency payments spent matched refunded` of each line, then of each total.
fn lines(report: &SpendingReport) -> Vec<String> {
    report
        .lines
        .iter()
        .chain(&report.totals)
        .map(|line| {
            format!(
                "{} {} {} {} {} {}",
                line.name.as_deref().unwrap_or("total"),
                line.currency,
                line.payments,
                line.spent,
                line.matched,
                line.refunded
            )
        })
        .collect()
}

#[test]
fn the_samples_add_up() {
    let household = Household::of_the_samples();
    match_amazon(&mut household.conn(), None).unwrap();
    let spent = household.ask("SELECT count(*) || ' ' || sum(amount) FROM truelayer_transactions WHERE transaction_type = 'DEBIT'");
    assert_eq!(spent, "53 5642.36");
    for grouping in [
        SpendingBy::Category,
        SpendingBy::Merchant,
        SpendingBy::Month,
    ] {
        let report = run(&household, &by(grouping));
        let total = &report.totals[0];
        assert_eq!(report.totals.len(), 1);
        assert_eq!(format!("{} {}", total.payments, total.spent), spent);
        assert_eq!(total.matched, 9);
        assert_eq!(total.refunded.to_string(), "173.5");
        assert_eq!(
            report.lines.iter().map(|line| line.payments).sum::<i64>(),
            53
        );
        assert_eq!(
            report
                .lines
                .iter()
                .map(|line| &line.spent)
                .sum::<bigdecimal::BigDecimal>(),
            total.spent
        );
    }
    let months = run(&household, &by(SpendingBy::Month));
    let names: Vec<_> = months
        .lines
        .iter()
        .filter_map(|line| line.name.as_deref())
        .collect();
    assert_eq!(names, ["2025-03", "2025-04", "2025-05"]);
    let categories = run(&household, &by(SpendingBy::Category));
    assert_eq!(lines(&categories)[0], "Shopping GBP 21 2089.89 9 173.5");
    assert!(lines(&categories).contains(&"Standing order GBP 3 600.0 0 0".to_owned()));
    let merchants = run(&household, &by(SpendingBy::Merchant));
    let amazon = merchants
        .lines
        .iter()
        .find(|line| line.name.as_deref() == Some("Amazon"))
        .unwrap();
    assert_eq!(amazon.products.len(), 9);
    assert!(amazon.products.contains(&"AA Batteries 24-Pack".to_owned()));
}

#[test]
fn days_are_whole_and_in_utc() {
    let household = Household::new();
    let at = |id: &str, timestamp: &str| record(id, &[("timestamp", &format!("\"{timestamp}\""))]);
    let records = [
        at("a", "2025-04-30T23:59:59.999999Z"),
        at("b", "2025-05-01T00:00:00Z"),
        at("c", "2025-05-02T23:59:59.999999Z"),
        at("d", "2025-05-03T00:30:00+01:00"),
        at("e", "2025-05-03T00:00:00Z"),
    ];
    household.import(folder(&[("transactions.json", results(&records))]).path());
    let count = |from, to| {
        let report = run(
            &household,
            &SpendingQuery {
                from,
                to,
                ..by(SpendingBy::Month)
            },
        );
        report.totals.first().map_or(0, |total| total.payments)
    };
    assert_eq!(count(None, None), 5);
    assert_eq!(count(Some(day("2025-05-01")), Some(day("2025-05-02"))), 3);
    assert_eq!(count(Some(day("2025-05-03")), None), 1);
    assert_eq!(count(None, Some(day("2025-04-30"))), 1);
    assert_eq!(count(Some(day("2026-01-01")), None), 0);
    let report = run(&household, &by(SpendingBy::Month));
    assert_eq!(
        lines(&report),
        [
            "2025-04 GBP 1 1.00 0 0",
            "2025-05 GBP 4 4.00 0 0",
            "total GBP 5 5.00 0 0"
        ]
    );
    let backwards = SpendingQuery {
        from: Some(day("2025-05-02")),
        to: Some(day("2025-05-01")),
        ..by(SpendingBy::Month)
    };
    assert!(matches!(
        spending(&mut household.conn(), &backwards),
        Err(Error::InvalidInput { .. })
    ));
}

#[test]
fn currencies_are_never_mixed_and_users_never_either() {
    let household = Household::new();
    let records = [
        record("a", &[("amount", "-0.1"), ("merchant_name", "\"Shop\"")]),
        record("b", &[("amount", "-0.2"), ("merchant_name", "\" Shop \"")]),
        record(
            "c",
            &[
                ("amount", "-5"),
                ("merchant_name", "\"Shop\""),
                ("currency", "\"EUR\""),
            ],
        ),
        record(
            "d",
            &[
                ("amount", "70"),
                ("merchant_name", "\"Shop\""),
                ("transaction_type", "\"CREDIT\""),
            ],
        ),
        record(
            "e",
            &[
                ("amount", "4"),
                ("merchant_name", "\"Amazon\""),
                ("transaction_type", "\"CREDIT\""),
            ],
        ),
    ];
    household.import(folder(&[("transactions.json", results(&records))]).path());
    household.import_for(
        BOB,
        folder(&[(
            "transactions.json",
            results(&[record("z", &[("amount", "-1000")])]),
        )])
        .path(),
    );
    let user = |email: &str| {
        Some(UserId(
            household
                .ask(&format!("SELECT id FROM users WHERE email = '{email}'"))
                .parse()
                .unwrap(),
        ))
    };
    let of = |email| {
        run(
            &household,
            &SpendingQuery {
                user: user(email),
                ..by(SpendingBy::Merchant)
            },
        )
    };
    assert_eq!(
        lines(&of("ann@example.org")),
        [
            "Shop EUR 1 5 0 0",
            "Shop GBP 2 0.3 0 0",
            "Amazon GBP 0 0 0 4",
            "total EUR 1 5 0 0",
            "total GBP 2 0.3 0 4",
        ]
    );
    assert_eq!(
        lines(&of(BOB)),
        ["SHOP GBP 1 1000 0 0", "total GBP 1 1000 0 0"]
    );
    assert_eq!(lines(&run(&household, &by(SpendingBy::Merchant))).len(), 6);
}

#[test]
fn the_best_known_category_counts() {
    let household = Household::new();
    let classified = ("transaction_classification", "[\"Shopping\", \"Shoes\"]");
    let records: Vec<String> = ["managed", "enriched", "own", "bank"]
        .iter()
        .map(|id| record(id, &[classified, ("transaction_category", "\"PURCHASE\"")]))
        .chain([
            record(
                "kind",
                &[
                    ("transaction_classification", "[]"),
                    ("transaction_category", "\"DIRECT_DEBIT\""),
                ],
            ),
            record("none", &[("transaction_category", "\"PURCHASE\"")]),
        ])
        .collect();
    household.import(folder(&[("transactions.json", results(&records))]).path());
    household.execute("INSERT INTO normalized_categories (name) VALUES ('Managed')");
    for change in [
        "transaction_category = 'Own' WHERE transaction_id IN ('managed', 'enriched', 'own')",
        "metadata = jsonb_set(metadata, '{enrichment}', '{\"primary_category\": \"Enriched\"}') WHERE transaction_id IN ('managed', 'enriched')",
        "category_id = (SELECT id FROM normalized_categories WHERE name = 'Managed') WHERE transaction_id = 'managed'",
    ] {
        household.execute(&format!("UPDATE truelayer_transactions SET {change}"));
    }
    let report = run(&household, &by(SpendingBy::Category));
    let names: Vec<_> = report
        .lines
        .iter()
        .filter_map(|line| line.name.as_deref())
        .collect();
    assert_eq!(
        names,
        [
            "Direct debit",
            "Enriched",
            "Managed",
            "Own",
            "Shopping",
            "Uncategorised"
        ]
    );
}

#[test]
fn the_report_is_json_with_exact_amounts() {
    let household = Household::new();
    household.import(
        folder(&[(
            "transactions.json",
            results(&[record("a", &[("amount", "-0.10")])]),
        )])
        .path(),
    );
    let report = run(
        &household,
        &SpendingQuery {
            from: Some(day("2025-05-01")),
            ..by(SpendingBy::Month)
        },
    );
    assert_eq!(
        serde_json::to_value(&report).unwrap(),
        json!({
            "by": "month",
            "from": "2025-05-01",
            "to": null,
            "lines": [{ "name": "2025-05", "currency": "GBP", "payments": 1, "spent": "0.10", "matched": 0, "refunded": "0" }],
            "totals": [{ "currency": "GBP", "payments": 1, "spent": "0.10", "matched": 0, "refunded": "0" }],
        })
    );
}
