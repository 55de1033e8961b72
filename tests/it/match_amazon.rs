//! Matching Amazon payments to orders.

mod random;

use std::collections::HashSet;
use std::thread;
use std::time::{Duration, Instant};

use spending_db::operations::matching::PurchaseMatches;
use spending_db::operations::matching::amazon::match_amazon;
use spending_db::types::UserId;

use crate::household::{BOB, Household, folder, record, results, sample};
use crate::support::explain::statements;

fn run(household: &Household) -> PurchaseMatches {
    match_amazon(&mut household.conn(), None).unwrap()
}

/// The short names of transactions (T04) and orders (A1) that the samples' README uses.
fn short(household: &Household, found: &PurchaseMatches) -> (Vec<String>, Vec<String>) {
    let reference = |id: &str| household.reference(id);
    let matched = found.matched.iter().map(|pair| {
        let order: u32 = pair.order_id[pair.order_id.len() - 7..].parse().unwrap();
        format!(
            "{} A{order} {}",
            reference(&pair.transaction),
            pair.confidence
        )
    });
    let unmatched = found.unmatched.iter().map(|id| reference(id));
    (matched.collect(), unmatched.collect())
}

#[test]
fn the_outcome_is_what_the_readme_states() {
    let household = Household::of_the_samples();
    let (matched, unmatched) = short(&household, &run(&household));
    assert_eq!(
        matched,
        [
            "T04 A1 95",
            "T06 A2 100",
            "T09 A3 100",
            "T10 A4 85",
            "T26 A6 85",
            "T31 A7 85",
            "T35 A8 100",
            "T48 A9 85",
            "T55 A11 95",
        ]
    );
    assert_eq!(unmatched, ["T15", "T32", "T53", "T62", "T65"]);
    assert_eq!(
        household.ask(
            "SELECT count(*) || ' ' || count(*) FILTER (WHERE s.is_primary AND s.source_type = 'amazon' AND s.source_id = o.id
                AND s.description = o.product_names AND s.order_id = o.order_id AND s.match_confidence = m.match_confidence
                AND s.match_method = 'amount_date_match' AND NOT s.user_verified AND t.pre_enrichment_status = 'Matched')
             FROM truelayer_amazon_transaction_matches AS m
             JOIN amazon_orders AS o ON o.id = m.amazon_order_id
             JOIN truelayer_transactions AS t ON t.id = m.truelayer_transaction_id
             JOIN transaction_enrichment_sources AS s ON s.truelayer_transaction_id = t.id"
        ),
        "9 9"
    );
    assert_eq!(
        household.ask(
            "SELECT count(*) FROM truelayer_transactions WHERE pre_enrichment_status = 'Matched'"
        ),
        "9"
    );
}

#[test]
fn a_second_run_changes_nothing() {
    let household = Household::of_the_samples();
    let first = run(&household);
    let before = household.dump();
    let again = run(&household);
    assert!(again.matched.is_empty());
    assert_eq!(again.unmatched, first.unmatched);
    assert_eq!(household.dump(), before);
    household.import(&sample("truelayer"));
    household.import_orders(&sample("amazon/order_history.csv"));
    assert_eq!(household.dump(), before);
}

#[test]
fn runs_at_the_same_time_match_once() {
    let household = Household::of_the_samples();
    let found: Vec<usize> = thread::scope(|scope| {
        let runs: Vec<_> = (0..6)
            .map(|_| scope.spawn(|| run(&household).matched.len()))
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert_eq!(found.iter().sum::<usize>(), 9, "{found:?}");
    assert_eq!(found.iter().max(), Some(&9));
    assert_eq!(
        household.ask("SELECT count(*) || ' ' || count(DISTINCT amazon_order_id) FROM truelayer_amazon_transaction_matches"),
        "9 9"
    );
}

#[test]
fn a_source_that_a_person_verified_stays_primary() {
    let household = Household::of_the_samples();
    let t04 = "(SELECT id FROM truelayer_transactions WHERE metadata #>> '{meta,provider_reference}' = 'T04')";
    let t06 = t04.replace("T04", "T06");
    household.execute(&format!(
        "INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, description, is_primary, user_verified)
         VALUES ({t04}, 'manual', 'A cable for the office', true, true), ({t06}, 'gmail', 'A receipt', true, false)"
    ));
    run(&household);
    let sources = |transaction: &str| {
        household.ask(&format!(
            "SELECT string_agg(source_type || CASE WHEN is_primary THEN ' primary' ELSE '' END, ', ' ORDER BY source_type)
             FROM transaction_enrichment_sources WHERE truelayer_transaction_id = {transaction}"
        ))
    };
    assert_eq!(sources(t04), "amazon, manual primary");
    assert_eq!(sources(&t06), "amazon primary, gmail");
    assert_eq!(
        household.ask(&format!(
            "SELECT pre_enrichment_status FROM truelayer_transactions WHERE id = {t04}"
        )),
        "Matched"
    );
}

#[test]
fn a_source_that_is_there_already_is_renewed() {
    let household = Household::of_the_samples();
    run(&household);
    household.execute("DELETE FROM truelayer_amazon_transaction_matches");
    household.execute(
        "UPDATE transaction_enrichment_sources SET is_primary = false, description = 'old'",
    );
    assert_eq!(run(&household).matched.len(), 9);
    assert_eq!(
        household.ask("SELECT count(*) || ' ' || bool_and(is_primary AND description <> 'old') FROM transaction_enrichment_sources"),
        "9 true"
    );
}

#[test]
fn matches_that_are_there_keep_both_sides_busy() {
    let household = Household::of_the_samples();
    // T10 is given A3, which T09 would have taken.
    household.execute(
        "INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
         SELECT t.id, o.id, 95 FROM truelayer_transactions AS t, amazon_orders AS o
         WHERE t.metadata #>> '{meta,provider_reference}' = 'T10' AND o.order_id = '202-1000003-0000003'",
    );
    let (matched, unmatched) = short(&household, &run(&household));
    assert_eq!(matched.len(), 8);
    assert!(matched.contains(&"T09 A4 95".to_owned()), "{matched:?}");
    assert!(!unmatched.contains(&"T10".to_owned()));
}

#[test]
fn only_the_users_payments_are_matched() {
    let household = Household::new();
    let orders = folder(&[(
        "orders.csv",
        "Website,Order ID,Order Date,Total Owed,Product Name\nAmazon.co.uk,A,2025-05-01,1.00,Cup\n"
            .to_owned(),
    )]);
    household.import_orders(&orders.path().join("orders.csv"));
    let payment = |id: &str, day: &str| {
        let timestamp = format!("\"2025-05-0{day}T00:00:00Z\"");
        folder(&[(
            "transactions.json",
            results(&[record(
                id,
                &[("description", "\"AMAZON\""), ("timestamp", &timestamp)],
            )]),
        )])
    };
    household.import(payment("ann", "1").path());
    household.import_for(BOB, payment("bob", "2").path());
    let bob = UserId(
        household
            .ask(&format!("SELECT id FROM users WHERE email = '{BOB}'"))
            .parse()
            .unwrap(),
    );
    let ann = UserId(
        household
            .ask("SELECT id FROM users WHERE email LIKE 'ann%'")
            .parse()
            .unwrap(),
    );
    let of_bob = match_amazon(&mut household.conn(), Some(bob)).unwrap();
    assert_eq!(of_bob.matched.len(), 1);
    assert_eq!(
        (
            of_bob.matched[0].transaction.as_str(),
            of_bob.matched[0].confidence
        ),
        ("bob", 95)
    );
    assert!(of_bob.unmatched.is_empty());
    let of_ann = match_amazon(&mut household.conn(), Some(ann)).unwrap();
    assert!(of_ann.matched.is_empty());
    assert_eq!(of_ann.unmatched, ["ann"]);
    assert_eq!(
        household.ask(
            "SELECT pre_enrichment_status FROM truelayer_transactions WHERE transaction_id = 'ann'"
        ),
        "AMZN"
    );
}

#[test]
fn what_is_no_purchase_is_not_matched() {
    let household = Household::new();
    let orders = "Website,Order ID,Order Date,Total Owed,Product Name,Currency,Order Status
Amazon.co.uk,cancelled,2025-05-01,10.00,Cup,GBP,cancelled
Amazon.com,dollars,2025-05-01,11.00,Cup,USD,Closed
Amazon.co.uk,credit,2025-05-01,12.00,Cup,GBP,Closed
Amazon.co.uk,other,2025-05-01,13.00,Cup,GBP,Closed
Amazon.co.uk,zero,2025-05-01,0,Cup,GBP,Closed
Amazon.co.uk,late,2025-05-01,14.00,Cup,GBP,Closed
Amazon.co.uk,cents,2025-05-01,15.00,Cup,GBP,Closed
Amazon.co.uk,business,2025-05-01,16.00,Cup,GBP,Closed
Amazon.co.uk,shipments,2025-05-01,30.00,Cup,GBP,Closed
";
    let amazon = ("description", "\"AMAZON\"");
    let records = [
        record("cancelled", &[amazon, ("amount", "-10")]),
        record("dollars", &[amazon, ("amount", "-11")]),
        record(
            "credit",
            &[amazon, ("amount", "12"), ("transaction_type", "\"CREDIT\"")],
        ),
        record(
            "hamazon",
            &[("description", "\"HAMAZON\""), ("amount", "-13")],
        ),
        record("zero", &[amazon, ("amount", "0.01")]),
        record(
            "late",
            &[
                amazon,
                ("amount", "-14"),
                ("timestamp", "\"2025-05-05T00:00:00+01:00\""),
            ],
        ),
        record(
            "later",
            &[
                amazon,
                ("amount", "-14"),
                ("timestamp", "\"2025-05-05T00:00:00Z\""),
            ],
        ),
        record("cents", &[amazon, ("amount", "-15.0101")]),
        record("business", &[amazon, ("amount", "-16")]),
        record("shipment 1", &[amazon, ("amount", "-10.50")]),
        record("shipment 2", &[amazon, ("amount", "-19.50")]),
    ];
    let files = folder(&[
        ("transactions.json", results(&records)),
        ("orders.csv", orders.to_owned()),
    ]);
    household.import(files.path());
    household.import_orders(&files.path().join("orders.csv"));
    household.execute(
        "WITH o AS (INSERT INTO amazon_business_orders (order_id, order_date) VALUES ('b', '2025-05-01') RETURNING id)
         INSERT INTO truelayer_amazon_business_matches (truelayer_transaction_id, amazon_business_order_id, match_confidence)
         SELECT t.id, o.id, 100 FROM o, truelayer_transactions AS t WHERE t.transaction_id = 'business'",
    );
    let found = run(&household);
    let pairs: Vec<_> = found
        .matched
        .iter()
        .map(|found| (found.transaction.as_str(), found.confidence))
        .collect();
    assert_eq!(pairs, [("late", 75)]);
    let unmatched: HashSet<&str> = found.unmatched.iter().map(String::as_str).collect();
    assert_eq!(
        unmatched,
        HashSet::from([
            "cancelled",
            "dollars",
            "zero",
            "later",
            "cents",
            "shipment 1",
            "shipment 2"
        ])
    );
}

#[test]
fn equal_amounts_on_near_days_cost_no_more_than_others() {
    // D26. 10,000 payments and as many orders on four days make 100 million pairs.
    let household = Household::new();
    let files = folder(&[]);
    household.import(files.path());
    household.execute(
        "INSERT INTO truelayer_transactions (account_id, transaction_id, normalised_provider_transaction_id, \"timestamp\",
             description, amount, currency, transaction_type)
         SELECT (SELECT min(id) FROM truelayer_accounts), n, n, timestamptz '2020-01-01 00:00Z' + n % 4 * interval '1 day',
             'AMAZON', 9.99, 'GBP', 'DEBIT'
         FROM generate_series(0, 9999) n",
    );
    household.execute(
        "INSERT INTO amazon_orders (order_id, order_date, website, currency, total_owed, product_names)
         SELECT n, date '2020-01-01' + n % 4, 'Amazon.co.uk', 'GBP', 9.99, 'Cup' FROM generate_series(0, 9999) n",
    );
    let started = Instant::now();
    let found = match_amazon(&mut household.conn(), None).unwrap();
    assert_eq!((found.matched.len(), found.unmatched.len()), (10_000, 0));
    assert!(found.matched.iter().all(|pair| pair.confidence == 100));
    assert!(
        started.elapsed() < Duration::from_secs(60),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn a_matcher_asks_as_often_for_many_payments_as_for_few() {
    // D26.
    let household = Household::of_the_samples();
    let conn = &mut household.conn();
    let of_samples = statements(conn, |conn| match_amazon(conn, None).unwrap());
    household.execute(
        "INSERT INTO truelayer_transactions (account_id, transaction_id, normalised_provider_transaction_id, \"timestamp\",
             description, amount, currency, transaction_type)
         SELECT (SELECT min(id) FROM truelayer_accounts), n, n, '2020-01-01', 'AMAZON', n + 1, 'GBP', 'DEBIT'
         FROM generate_series(0, 499) n",
    );
    household.execute(
        "INSERT INTO amazon_orders (order_id, order_date, website, currency, total_owed, product_names)
         SELECT n, date '2020-01-01', 'Amazon.co.uk', 'GBP', n + 1, 'Cup' FROM generate_series(0, 499) n",
    );
    let mut found = None;
    let of_many = statements(conn, |conn| found = Some(match_amazon(conn, None).unwrap()));
    assert_eq!(found.unwrap().matched.len(), 500);
    assert_eq!(of_many.len(), of_samples.len());
}
