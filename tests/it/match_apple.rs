//! Matching payments to Apple to App Store purchases.

use spending_db::operations::matching::PurchaseMatches;
use spending_db::operations::matching::apple::match_apple;

use crate::household::Household;

fn run(household: &Household) -> PurchaseMatches {
    match_apple(&mut household.conn(), None).unwrap()
}

fn pairs(found: &PurchaseMatches) -> Vec<(&str, &str, i32)> {
    let pairs = found.matched.iter();
    pairs
        .map(|pair| {
            (
                pair.transaction.as_str(),
                pair.order_id.as_str(),
                pair.confidence,
            )
        })
        .collect()
}

fn purchases(household: &Household, purchases: &[(&str, &str, &str, &str)]) {
    for (id, date, amount, currency) in purchases {
        household.execute(&format!(
            "INSERT INTO apple_transactions (order_id, order_date, total_amount, currency, app_names, publishers)
             VALUES ('{id}', '{date}', {amount}, '{currency}', 'App {id}', 'Studio')"
        ));
    }
}

#[test]
fn the_outcome_is_what_the_readme_states() {
    // D13, D25.
    let household = Household::of_all_samples();
    let found = run(&household);
    let matched: Vec<_> = found
        .matched
        .iter()
        .map(|pair| {
            let payment = household.reference(&pair.transaction);
            format!("{payment} {} {}", &pair.order_id[7..], pair.confidence)
        })
        .collect();
    assert_eq!(
        matched,
        [
            "T07 0001 100",
            "T17 0002 100",
            "T30 0003 100",
            "T41 0004 90",
            "T51 0005 100"
        ]
    );
    assert!(found.unmatched.is_empty(), "{:?}", found.unmatched);
    assert_eq!(
        household.ask(
            "SELECT count(*) || ' ' || count(*) FILTER (WHERE s.is_primary AND s.source_type = 'apple' AND s.source_id = p.id
                AND s.description = p.app_names AND s.order_id = p.order_id AND s.match_confidence = m.match_confidence
                AND s.match_method = 'amount_date_match' AND t.pre_enrichment_status = 'Matched')
             FROM apple_transaction_matches AS m
             JOIN apple_transactions AS p ON p.id = m.apple_transaction_id
             JOIN truelayer_transactions AS t ON t.id = m.truelayer_transaction_id
             JOIN transaction_enrichment_sources AS s ON s.truelayer_transaction_id = t.id"
        ),
        "5 5"
    );
}

#[test]
fn a_second_run_changes_nothing() {
    // D01, D13.
    let household = Household::of_all_samples();
    run(&household);
    let before = household.dump();
    assert!(run(&household).matched.is_empty());
    assert_eq!(household.dump(), before);
}

#[test]
fn only_genuine_payments_for_what_costs_something_match() {
    // D05, D13, D36.
    let household = Household::new();
    let time = "2025-05-08T00:00:00Z";
    let entry = |id, kind, amount, currency, text| (id, kind, amount, currency, time, text);
    household.bank(
        "ann@example.org",
        &[
            entry(
                "bakery",
                "DEBIT",
                "2.99",
                "GBP",
                "GREGGS 0417 (VIA APPLE PAY)",
            ),
            entry("pineapple", "DEBIT", "2.99", "GBP", "PINEAPPLE.COM JUICE"),
            entry("shop", "DEBIT", "2.99", "GBP", "APPLE STORE REGENT ST"),
            entry("credit", "CREDIT", "2.99", "GBP", "APPLE.COM/BILL"),
            entry("free", "DEBIT", "0", "GBP", "APPLE.COM/BILL"),
            entry("euros", "DEBIT", "2.99", "EUR", "APPLE.COM/BILL"),
            entry("threepence", "DEBIT", "3.02", "GBP", "ITUNES"),
        ],
    );
    purchases(
        &household,
        &[
            ("P", "2025-05-08", "2.99", "GBP"),
            ("F", "2025-05-08", "0.00", "GBP"),
        ],
    );
    let found = run(&household);
    assert_eq!(pairs(&found), []);
    assert_eq!(found.unmatched, ["free", "euros", "threepence"]);
    let genuine = [
        "Apple.com/bill",
        "PAYPAL *APPLE COM",
        "APP STORE",
        "AppStore purchase",
        "ITUNES.COM/BILL",
        "APPLE SERVICES",
        "APPLE BILL (VIA APPLE PAY)",
    ];
    for (number, text) in genuine.iter().enumerate() {
        let (email, id) = (format!("{number}@example.org"), format!("genuine {number}"));
        household.bank(
            &email,
            &[(id.as_str(), "DEBIT", "2.99", "GBP", time, *text)],
        );
    }
    household.execute(
        "INSERT INTO apple_transactions (order_id, order_date, total_amount, currency, app_names)
         SELECT 'more ' || n, '2025-05-08', 2.99, 'GBP', 'App' FROM generate_series(1, 20) n",
    );
    assert_eq!(run(&household).matched.len(), genuine.len());
}

#[test]
fn the_day_is_the_one_in_the_text_and_the_window_three_days() {
    // D25.
    let household = Household::new();
    let entry = |id, amount, time, text| (id, "DEBIT", amount, "GBP", time, text);
    household.bank(
        "ann@example.org",
        &[
            entry(
                "text",
                "1.00",
                "2025-05-20T00:00:00Z",
                "ITUNES ON 10-05-2025",
            ),
            entry(
                "late evening",
                "2.00",
                "2025-05-11T00:30:00+01:00",
                "ITUNES",
            ),
            entry("slashes", "3.00", "2025-05-20T00:00:00Z", "ITUNES 7/5/2025"),
            entry(
                "impossible",
                "4.00",
                "2025-05-12T00:00:00Z",
                "ITUNES ON 31-02-2025",
            ),
            entry(
                "four days",
                "5.00",
                "2025-05-10T00:00:00Z",
                "ITUNES ON 14-05-2025",
            ),
        ],
    );
    purchases(
        &household,
        &[
            ("1", "2025-05-10", "1.00", "GBP"),
            ("2", "2025-05-10", "2.01", "GBP"),
            ("3", "2025-05-10", "3.00", "GBP"),
            ("4", "2025-05-10", "4.00", "GBP"),
            ("5", "2025-05-10", "5.00", "GBP"),
        ],
    );
    let found = run(&household);
    assert_eq!(
        pairs(&found),
        [
            ("slashes", "3", 70),
            ("text", "1", 100),
            ("late evening", "2", 100),
            ("impossible", "4", 80)
        ]
    );
    assert_eq!(found.unmatched, ["four days"]);
}

#[test]
fn an_order_and_what_a_person_verified_stay_primary() {
    let household = Household::new();
    let entry = |id| (id, "DEBIT", "1.00", "GBP", "2025-05-10", "ITUNES");
    let ids = ["amazon", "amazon_business", "gmail", "manual"];
    household.bank("ann@example.org", &ids.map(entry));
    for id in ids {
        household.execute(&format!(
            "INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description, is_primary,
                 user_verified)
             SELECT id, '{id}', 1, 'Other', true, '{id}' = 'manual' FROM truelayer_transactions WHERE transaction_id = '{id}'"
        ));
    }
    purchases(
        &household,
        &["1", "2", "3", "4"].map(|id| (id, "2025-05-10", "1.00", "GBP")),
    );
    assert_eq!(run(&household).matched.len(), 4);
    let first = |id: &str| household.sources(id);
    assert_eq!(
        first("amazon"),
        "amazon: Other (primary); apple: App 1 (Studio)"
    );
    assert_eq!(
        first("amazon_business"),
        "amazon_business: Other (primary); apple: App 2 (Studio)"
    );
    assert_eq!(
        first("gmail"),
        "apple: App 3 (Studio) (primary); gmail: Other"
    );
    assert_eq!(
        first("manual"),
        "apple: App 4 (Studio); manual: Other (primary)"
    );
}

#[test]
fn what_is_matched_stays_where_a_nearer_purchase_comes_later() {
    let household = Household::new();
    household.bank(
        "ann@example.org",
        &[("p", "DEBIT", "1.00", "GBP", "2025-05-10", "ITUNES")],
    );
    purchases(&household, &[("far", "2025-05-12", "1.00", "GBP")]);
    assert_eq!(pairs(&run(&household)), [("p", "far", 80)]);
    purchases(&household, &[("near", "2025-05-10", "1.00", "GBP")]);
    let before = household.outcome();
    assert_eq!(pairs(&run(&household)), []);
    assert_eq!(household.outcome(), before);
}
