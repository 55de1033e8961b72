//! Matching Amazon returns.

use spending_db::operations::enrichment_sources::{Purchase, find_details};
use spending_db::operations::matching::amazon::match_amazon;
use spending_db::operations::matching::returns::{ReturnMatches, match_amazon_returns};
use spending_db::types::{EVERYONE, TransactionEnrichmentSourceId, UserId};

use crate::household::{Household, order_number};

fn run(household: &Household, user: Option<UserId>) -> ReturnMatches {
    match_amazon_returns(&mut household.conn(), user).unwrap()
}

fn matched(found: &ReturnMatches) -> Vec<(&str, &str, &str)> {
    let found = found.matched.iter();
    found
        .map(|found| {
            (
                found.reversal_id.as_str(),
                found.original_transaction.as_str(),
                found.refund_transaction.as_str(),
            )
        })
        .collect()
}

fn reasons(found: &ReturnMatches) -> Vec<String> {
    let left = found.unmatched.iter();
    left.map(|left| format!("{}: {}", left.reversal_id, left.reason.as_str()))
        .collect()
}

/// Returns: id, order, day, amount, currency.
fn returns(household: &Household, returns: &[(&str, &str, &str, &str, &str)]) {
    for (id, order, date, amount, currency) in returns {
        household.execute(&format!(
            "INSERT INTO amazon_returns (reversal_id, order_id, refund_completion_date, amount_refunded, currency)
             VALUES ('{id}', '{order}', '{date}', {amount}, '{currency}')"
        ));
    }
}

#[test]
fn the_outcome_is_what_the_readme_states() {
    // D12.
    let household = Household::of_all_samples();
    match_amazon(&mut household.conn(), None).unwrap();
    let found = run(&household, None);
    let pairs: Vec<_> = matched(&found)
        .into_iter()
        .map(|(id, original, refund)| {
            format!(
                "{id} {} {}",
                household.reference(original),
                household.reference(refund)
            )
        })
        .collect();
    assert_eq!(pairs, ["RVS-7000001 T31 T39", "RVS-7000002 T48 T49"]);
    assert_eq!(found.matched[0].order_id, order_number("7"));
    assert_eq!(
        reasons(&found),
        [
            "RVS-7000003: Refund transaction not found",
            "RVS-7000009: Refund transaction not found",
            "RVS-7000004: Order not found",
            "RVS-7000005: Original transaction not found",
        ]
    );
    assert_eq!(
        household.sources(&found.matched[0].refund_transaction),
        "amazon: [REFUND] Noise-Cancelling Headphones, 30h, Black (primary)"
    );
    assert_eq!(
        household.sources(&found.matched[0].original_transaction),
        "amazon: [RETURNED] Noise-Cancelling Headphones, 30h, Black (primary)"
    );
    assert_eq!(
        household.ask(
            "SELECT count(*) || ' ' || bool_and(s.source_id = r.id AND s.order_id = r.order_id AND s.match_confidence = 100
                 AND s.match_method = 'return_match' AND t.pre_enrichment_status = 'Matched')
             FROM amazon_returns AS r
             JOIN truelayer_transactions AS t ON t.id = r.refund_transaction_id
             JOIN transaction_enrichment_sources AS s ON s.truelayer_transaction_id = t.id"
        ),
        "2 true"
    );
}

#[test]
fn a_second_run_changes_nothing() {
    // D01, D12.
    let household = Household::of_all_samples();
    let conn = &mut household.conn();
    match_amazon(conn, None).unwrap();
    let first = run(&household, None);
    let before = household.dump();
    let again = run(&household, None);
    assert!(again.matched.is_empty());
    assert_eq!(again.unmatched, first.unmatched);
    assert_eq!(household.dump(), before);
    match_amazon(conn, None).unwrap();
    assert_eq!(household.dump(), before);
}

#[test]
fn the_answer_in_json_has_the_words_of_the_old_application() {
    let household = Household::of_all_samples();
    let conn = &mut household.conn();
    match_amazon(conn, None).unwrap();
    let answer = serde_json::to_value(run(&household, None)).unwrap();
    let first = answer["matched"][0].as_object().unwrap();
    let names: Vec<_> = first.keys().collect();
    assert_eq!(
        names,
        [
            "order_id",
            "original_transaction",
            "refund_transaction",
            "return"
        ]
    );
    assert_eq!(
        answer["unmatched"][2],
        serde_json::json!({ "return": "RVS-7000004", "reason": "Order not found" })
    );
}

/// An order of 10 pounds that is paid on 1 May, and these credits.
fn with_credits(credits: &[(&str, &str, &str, &str, &str)]) -> Household {
    let household = Household::new();
    let mut entries = vec![("paid", "DEBIT", "10.00", "GBP", "2025-05-01", "AMAZON")];
    entries.extend(credits.iter().map(|(id, amount, currency, time, text)| {
        (*id, "CREDIT", *amount, *currency, *time, *text)
    }));
    household.bank("ann@example.org", &entries);
    household.orders(&[("O", "2025-05-01", "10.00", "GBP")]);
    match_amazon(&mut household.conn(), None).unwrap();
    household
}

#[test]
fn the_window_takes_its_last_day_as_a_whole() {
    // D25.
    for (time, fits) in [
        ("2025-05-02T23:59:59Z", false),
        ("2025-05-03T00:00:00Z", true),
        ("2025-05-13T23:59:59Z", true),
        ("2025-05-14T00:30:00+01:00", true),
        ("2025-05-14T00:00:00Z", false),
    ] {
        let household = with_credits(&[("credit", "4.00", "GBP", time, "AMZN MKTP")]);
        returns(&household, &[("R", "O", "2025-05-10", "4.00", "GBP")]);
        let found = run(&household, None);
        assert_eq!(found.matched.len(), usize::from(fits), "{time}");
    }
}

#[test]
fn the_credit_is_amazons_of_exactly_that_amount_and_currency() {
    // D05, D24, D36.
    let household = with_credits(&[
        ("penny", "4.01", "GBP", "2025-05-10", "AMAZON"),
        ("euros", "4.00", "EUR", "2025-05-10", "AMAZON"),
        ("inside", "4.00", "GBP", "2025-05-10", "HAMAZON"),
        ("zero", "0", "GBP", "2025-05-10", "AMAZON"),
    ]);
    returns(
        &household,
        &[
            ("R", "O", "2025-05-10", "4.00", "GBP"),
            ("Z", "O", "2025-05-10", "0", "GBP"),
            // The payment itself has this amount.
            ("P", "O", "2025-05-01", "10.00", "GBP"),
        ],
    );
    let found = run(&household, None);
    assert_eq!(matched(&found), []);
    assert_eq!(found.unmatched.len(), 3);
}

#[test]
fn each_credit_serves_one_return_and_the_nearest_goes_first() {
    // D12.
    let household = with_credits(&[
        ("after", "4.00", "GBP", "2025-05-11", "AMAZON"),
        ("before", "4.00", "GBP", "2025-05-09", "AMAZON"),
        ("same", "4.00", "GBP", "2025-05-10", "AMAZON"),
        ("taken", "4.00", "GBP", "2025-05-20", "AMAZON"),
    ]);
    returns(
        &household,
        &[
            ("1", "O", "2025-05-10", "4.00", "GBP"),
            ("2", "O", "2025-05-10", "4.00", "GBP"),
            ("3", "O", "2025-05-10", "4.00", "GBP"),
            ("4", "O", "2025-05-20", "4.00", "GBP"),
            ("by hand", "X", "2025-05-20", "4.00", "GBP"),
        ],
    );
    household.execute(
        "UPDATE amazon_returns SET original_transaction_id = t.id, refund_transaction_id = t.id
         FROM truelayer_transactions AS t WHERE reversal_id = 'by hand' AND t.transaction_id = 'taken'",
    );
    let found = run(&household, None);
    assert_eq!(
        matched(&found),
        [
            ("1", "paid", "same"),
            ("2", "paid", "before"),
            ("3", "paid", "after")
        ]
    );
    assert_eq!(reasons(&found), ["4: Refund transaction not found"]);
    assert_eq!(
        household.sources("paid"),
        "amazon: [RETURNED] Product of O (primary)"
    );
}

#[test]
fn the_payment_is_the_earliest_of_the_order() {
    // D12.
    let household = with_credits(&[("credit", "4.00", "GBP", "2025-05-10", "AMAZON")]);
    household.bank(
        "ann2@example.org",
        &[
            ("earlier", "DEBIT", "10.00", "GBP", "2025-04-30", "AMAZON"),
            ("refund", "CREDIT", "10.00", "GBP", "2025-04-29", "AMAZON"),
            ("credit 2", "CREDIT", "4.00", "GBP", "2025-05-12", "AMAZON"),
        ],
    );
    household.execute(
        "INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
         SELECT t.id, o.id, 100 FROM truelayer_transactions AS t, amazon_orders AS o WHERE t.transaction_id IN ('earlier', 'refund')",
    );
    returns(&household, &[("R", "O", "2025-05-10", "4.00", "GBP")]);
    assert_eq!(
        matched(&run(&household, None)),
        [("R", "earlier", "credit 2")],
        "the credit is the payer's"
    );
}

#[test]
fn a_return_is_its_payers() {
    // D23.
    let household = Household::new();
    let credit = |id| (id, "CREDIT", "4.00", "GBP", "2025-05-10", "AMAZON");
    let ann = household.bank(
        "ann@example.org",
        &[
            ("paid", "DEBIT", "10.00", "GBP", "2025-05-01", "AMAZON"),
            credit("ann"),
        ],
    );
    let bob = household.bank("bob@example.org", &[credit("bob")]);
    household.orders(&[("O", "2025-05-01", "10.00", "GBP")]);
    match_amazon(&mut household.conn(), None).unwrap();
    returns(
        &household,
        &[
            ("R", "O", "2025-05-10", "4.00", "GBP"),
            ("N", "unknown", "2025-05-10", "4.00", "GBP"),
        ],
    );
    let of_bob = run(&household, Some(bob));
    assert_eq!(matched(&of_bob), []);
    assert_eq!(reasons(&of_bob), ["N: Order not found"]);
    let of_ann = run(&household, Some(ann));
    assert_eq!(matched(&of_ann), [("R", "paid", "ann")]);
}

#[test]
fn a_payment_without_a_source_gets_one_and_a_verified_source_stays_primary() {
    let household = with_credits(&[("credit", "4.00", "GBP", "2025-05-10", "AMAZON")]);
    household.execute("DELETE FROM transaction_enrichment_sources");
    household.execute(
        "INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, description, is_primary, user_verified)
         SELECT id, 'manual', 'A gift', true, true FROM truelayer_transactions WHERE transaction_id = 'credit'",
    );
    returns(&household, &[("R", "O", "2025-05-10", "4.00", "GBP")]);
    assert_eq!(run(&household, None).matched.len(), 1);
    assert_eq!(
        household.sources("paid"),
        "manual: [RETURNED] AMAZON (primary)"
    );
    assert_eq!(
        household.sources("credit"),
        "amazon: [REFUND] Product of O; manual: A gift (primary)"
    );
}

#[test]
fn the_details_of_a_refunds_source_are_its_orders() {
    let household = with_credits(&[("credit", "4.00", "GBP", "2025-05-10", "AMAZON")]);
    // The return's id is another order's.
    household.orders(&[("other", "2025-05-01", "99.00", "GBP")]);
    returns(
        &household,
        &[
            ("first", "none", "2025-05-10", "4.00", "GBP"),
            ("R", "O", "2025-05-10", "4.00", "GBP"),
        ],
    );
    run(&household, None);
    let source = household.ask(
        "SELECT s.id FROM transaction_enrichment_sources AS s
         JOIN amazon_orders AS o ON o.id = s.source_id
         WHERE s.match_method = 'return_match' AND o.order_id = 'other'",
    );
    let id = TransactionEnrichmentSourceId(source.parse().unwrap());
    let details = find_details(&mut household.conn(), EVERYONE, id).unwrap();
    let Some(Purchase::Amazon { order, .. }) = details.purchase else {
        panic!("{details:?}");
    };
    assert_eq!(order.order_id, "O");
}
