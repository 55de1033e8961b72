//! Essential and discretionary spending, what is due on it, and what nobody has classified.

use chrono::NaiveDate;
use diesel::PgConnection;
use serde_json::{Value, json};
use spending_db::models::truelayer::{ClassifiedTransaction, HuququllahSummary};
use spending_db::types::{EVERYONE, Period};

use super::call;
use super::household::{Household, Payment};
use crate::support::TestDatabase;

fn chosen(class: &str) -> Value {
    json!({"huququllah_classification": class})
}

fn discretionary(household: &Household, conn: &mut PgConnection, amount: &str, currency: &str) {
    let payment = Payment {
        amount,
        currency,
        metadata: Some(chosen("discretionary")),
        ..Payment::default()
    };
    household.pays(conn, &payment);
}

/// Essential, discretionary, due, unclassified; of the one currency that there is.
fn sums(conn: &mut PgConnection, period: Period) -> [String; 4] {
    let lines = HuququllahSummary::list(conn, EVERYONE, period).unwrap();
    let [line] = &lines[..] else {
        panic!("not one line: {lines:?}");
    };
    [
        line.essential_expenses.to_plain_string(),
        line.discretionary_expenses.to_plain_string(),
        line.huququllah_due.to_plain_string(),
        line.unclassified_count.to_string(),
    ]
}

#[test]
fn the_last_day_belongs_to_the_period() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    for (time, amount) in [
        ("2024-04-01T00:00:00Z", "1"),
        ("2024-04-30T23:59:59.999999Z", "20"),
        ("2024-05-01T00:00:00Z", "300"),
    ] {
        let payment = Payment {
            time,
            amount,
            metadata: Some(chosen("essential")),
            ..Payment::default()
        };
        household.pays(conn, &payment);
    }
    let day = |day| NaiveDate::from_ymd_opt(2024, 4, day);
    assert_eq!(sums(conn, Period::days(day(1), day(30)))[0], "21.00");
    let mut essential = |date_to| {
        let params = json!({"date_from": "2024-04-01", "date_to": date_to});
        let answer = call(conn, "get_huququllah_summary", &params).unwrap();
        answer["essential_expenses"].clone()
    };
    assert_eq!(essential("2024-04-30"), "21.00");
    assert_eq!(essential("2024-04-30T23:59:59.999998Z"), "1.00");
    assert_eq!(essential("2024-05-01T00:00:00Z"), "321.00");
    assert_eq!(essential(""), "321.00");
}

#[test]
fn currencies_are_not_mixed() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    discretionary(&household, conn, "100.00", "GBP");
    discretionary(&household, conn, "50.00", "EUR");
    discretionary(&household, conn, "0.50", "GBP");
    let unclassified = Payment {
        currency: "EUR",
        ..Payment::default()
    };
    household.pays(conn, &unclassified);
    let euros = json!({
        "currency": "EUR", "essential_expenses": "0.00", "discretionary_expenses": "50.00",
        "huququllah_due": "9.50", "unclassified_count": 1,
    });
    let pounds = json!({
        "currency": "GBP", "essential_expenses": "0.00", "discretionary_expenses": "100.50",
        "huququllah_due": "19.10", "unclassified_count": 0,
    });
    let answer = call(conn, "get_huququllah_summary", json!({})).unwrap();
    assert_eq!(answer["by_currency"], json!([euros, pounds]));
    assert_eq!(answer["currency"], "EUR");
    assert_eq!(answer["discretionary_expenses"], "50.00");
    assert_eq!(answer["unclassified_count"], 1);
}

#[test]
fn halves_are_rounded_up() {
    for (amount, due) in [("2.50", "0.48"), ("10.50", "2.00"), ("0.01", "0.00")] {
        let database = TestDatabase::new();
        let conn = &mut database.conn();
        discretionary(&Household::new(conn), conn, amount, "GBP");
        assert_eq!(sums(conn, Period::ALWAYS)[2], due, "{amount}");
    }
}

#[test]
fn what_is_due_is_of_the_sum_before_rounding() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    discretionary(&household, conn, "0.124", "GBP");
    discretionary(&household, conn, "0.10", "GBP");
    assert_eq!(sums(conn, Period::ALWAYS), ["0.00", "0.22", "0.04", "0"]);
}

#[test]
fn every_debit_counts_once_and_the_list_is_what_is_counted() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    let told = |word: &str| json!({"essential_discretionary": word});
    for metadata in [
        json!({"huququllah_classification": "essential"}),
        json!({"huququllah_classification": "Essential"}),
        json!({"huququllah_classification": "", "enrichment": told("ESSENTIAL")}),
        json!({"enrichment": told("Discretionary")}),
        json!({"huququllah_classification": "", "enrichment": told("")}),
        json!({"huququllah_classification": "maybe"}),
        json!({"huququllah_classification": 5}),
        json!({"huququllah_classification": null, "enrichment": "Essential"}),
        json!([]),
        json!(null),
    ] {
        household.pays_with(conn, metadata);
    }
    assert_eq!(sums(conn, Period::ALWAYS), ["30.00", "10.00", "1.90", "6"]);
    let listed = ClassifiedTransaction::list_unclassified(conn, EVERYONE).unwrap();
    assert_eq!(listed.len(), 6);
}

#[test]
fn unclassified_spending_is_the_owners_newest_first() {
    let database = TestDatabase::new();
    let conn = &mut database.conn();
    let household = Household::new(conn);
    let first = household.pays(conn, &Payment::default());
    let second = household.pays(conn, &Payment::default());
    let latest = Payment {
        time: "2024-03-02T00:00:00Z",
        ..Payment::default()
    };
    let latest = household.pays(conn, &latest);
    let stranger = Household::new(conn);
    stranger.pays(conn, &Payment::default());
    let listed = ClassifiedTransaction::list_unclassified(conn, household.user).unwrap();
    let ids: Vec<_> = listed.iter().map(|transaction| transaction.id).collect();
    assert_eq!(ids, [latest, second, first]);
    let lines = HuququllahSummary::list(conn, stranger.user, Period::ALWAYS).unwrap();
    assert_eq!(lines[0].unclassified_count, 1);
}
