//! Matching payments to Amazon Business orders.

use spending_db::operations::matching::amazon::match_amazon;
use spending_db::operations::matching::amazon_business::match_amazon_business;

use crate::household::Household;

fn business_orders(household: &Household, orders: &[(&str, &str, &str, &str)]) {
    for (id, date, total, currency) in orders {
        household.execute(&format!(
            "INSERT INTO amazon_business_orders (order_id, order_date, net_total, currency, product_summary)
             VALUES ('{id}', '{date}', {total}, {currency}, 'Summary of {id}')"
        ));
    }
}

#[test]
fn orders_match_by_net_total_with_their_own_scores_and_status() {
    // D10, D11, D24: a decimal 1p apart matches, 1.1p does not.
    let household = Household::new();
    let entry = |id, amount, time| (id, "DEBIT", amount, "GBP", time, "AMAZON BUSINESS");
    household.bank(
        "ann@example.org",
        &[
            entry("same day", "10.00", "2025-05-10T23:59:59Z"),
            entry("1 day", "20.00", "2025-05-11T00:00:00Z"),
            entry("2 days", "30.01", "2025-05-12T00:00:00Z"),
            entry("3 days", "40.00", "2025-05-07T00:00:00Z"),
            entry("4 days", "50.00", "2025-05-14T00:00:00Z"),
            entry("penny", "60.011", "2025-05-10T00:00:00Z"),
            entry("no total", "70.00", "2025-05-10T00:00:00Z"),
            entry("no currency", "80.00", "2025-05-10T00:00:00Z"),
            entry("dollars", "90.00", "2025-05-10T00:00:00Z"),
            entry("cancelled", "95.00", "2025-05-10T00:00:00Z"),
        ],
    );
    let gbp = "'GBP'";
    business_orders(
        &household,
        &[
            ("A", "2025-05-10", "10.00", gbp),
            ("B", "2025-05-10", "20.00", gbp),
            ("C", "2025-05-10", "30.00", gbp),
            ("D", "2025-05-10", "40.00", gbp),
            ("E", "2025-05-10", "50.00", gbp),
            ("F", "2025-05-10", "60.00", gbp),
            ("G", "2025-05-10", "NULL", gbp),
            ("H", "2025-05-10", "80.00", "NULL"),
            ("I", "2025-05-10", "90.00", "'USD'"),
            ("J", "2025-05-10", "95.00", gbp),
        ],
    );
    household.execute(
        "UPDATE amazon_business_orders SET order_status = ' Cancelled' WHERE order_id = 'J'",
    );
    let found = match_amazon_business(&mut household.conn(), None).unwrap();
    let pairs: Vec<_> = found
        .matched
        .iter()
        .map(|pair| (&*pair.transaction, &*pair.order_id, pair.confidence))
        .collect();
    assert_eq!(
        pairs,
        [
            ("3 days", "D", 70),
            ("same day", "A", 100),
            ("no currency", "H", 100),
            ("1 day", "B", 90),
            ("2 days", "C", 80),
        ]
    );
    assert_eq!(
        found.unmatched,
        ["penny", "no total", "dollars", "cancelled", "4 days"]
    );
    assert_eq!(
        household.ask(
            "SELECT count(*) FROM truelayer_transactions WHERE pre_enrichment_status = 'AMZN BIZ'"
        ),
        "5"
    );
    assert_eq!(
        household.sources("2 days"),
        "amazon_business: Summary of C (primary)"
    );
    let before = household.dump();
    assert!(
        match_amazon_business(&mut household.conn(), None)
            .unwrap()
            .matched
            .is_empty()
    );
    assert_eq!(household.dump(), before);
}

#[test]
fn retail_goes_first_and_only_amazon_in_full_counts() {
    // D05, D36.
    let household = Household::new();
    let entry = |id, kind, text| (id, kind, "10.00", "GBP", "2025-05-10", text);
    household.bank(
        "ann@example.org",
        &[
            entry("retail", "DEBIT", "AMAZON"),
            entry("short", "DEBIT", "AMZN BUSINESS"),
            entry("market place", "DEBIT", "AMAZON AMZN MKTP UK"),
            entry("credit", "CREDIT", "AMAZON"),
            entry("inside", "DEBIT", "HAMAZON"),
            entry("business", "DEBIT", "www.amazon.co.uk"),
        ],
    );
    household.orders(&[("R", "2025-05-10", "10.00", "GBP")]);
    business_orders(
        &household,
        &["1", "2", "3", "4", "5", "6"].map(|id| (id, "2025-05-10", "10.00", "'GBP'")),
    );
    let conn = &mut household.conn();
    assert_eq!(
        match_amazon(conn, None).unwrap().matched[0].transaction,
        "retail"
    );
    let found = match_amazon_business(conn, None).unwrap();
    let matched: Vec<_> = found
        .matched
        .iter()
        .map(|pair| &*pair.transaction)
        .collect();
    assert_eq!(matched, ["business"]);
    assert!(found.unmatched.is_empty(), "{:?}", found.unmatched);
}
