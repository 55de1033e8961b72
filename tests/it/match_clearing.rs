//! Clearing what was matched: everything that a matcher wrote goes with it (D45).

use spending_db::operations::matching::run_all;
use spending_db::operations::{amazon_business, amazon_orders, amazon_returns, apple_purchases};
use spending_db::types::EVERYONE;

use crate::household::Household;

fn matched() -> Household {
    let household = Household::of_all_samples();
    household.execute(
        "INSERT INTO amazon_business_orders (order_id, order_date, net_total, product_summary)
         SELECT 'B-1', (\"timestamp\" AT TIME ZONE 'UTC')::date, amount, 'Paper' FROM truelayer_transactions
         WHERE metadata #>> '{meta,provider_reference}' = 'T15'",
    );
    // T15 is paid to the market place; a business order is not.
    household.execute(
        "UPDATE truelayer_transactions SET description = 'AMAZON BUSINESS' WHERE metadata #>> '{meta,provider_reference}' = 'T15'",
    );
    household
}

fn match_all(household: &Household) {
    let all = run_all(&mut household.conn(), EVERYONE, &mut |_, _| ()).unwrap();
    assert_eq!(all.totals().failed, 0);
    assert_eq!(all.totals().matched, 9 + 2 + 1 + 5);
}

#[test]
fn everything_is_as_before_the_matchers_after_clearing() {
    let household = matched();
    let before = household.ask(
        "SELECT jsonb_object_agg(normalised_provider_transaction_id, pre_enrichment_status)::text FROM truelayer_transactions",
    );
    match_all(&household);
    let conn = &mut household.conn();
    assert_eq!(amazon_returns::clear(conn).unwrap(), 6);
    assert_eq!(
        household.ask(
            "SELECT count(*) FROM transaction_enrichment_sources WHERE description LIKE '[RE%' OR match_method LIKE 'return%'"
        ),
        "0"
    );
    assert_eq!(amazon_orders::clear(conn).unwrap().matches, 9);
    assert_eq!(amazon_business::clear(conn).unwrap().matches, 1);
    assert_eq!(apple_purchases::clear(conn).unwrap(), 7);
    assert_eq!(
        household.ask(
            "SELECT jsonb_object_agg(normalised_provider_transaction_id, pre_enrichment_status)::text FROM truelayer_transactions"
        ),
        before
    );
    assert_eq!(
        household.ask("SELECT count(*) FROM transaction_enrichment_sources"),
        "0"
    );
}

#[test]
fn clearing_orders_keeps_the_returns_and_importing_again_their_marks() {
    let household = matched();
    match_all(&household);
    let outcome = household.outcome();
    amazon_orders::clear(&mut household.conn()).unwrap();
    assert_eq!(
        household.ask(
            "SELECT string_agg(description, '; ' ORDER BY description) FROM transaction_enrichment_sources
             WHERE match_method = 'return_match'"
        ),
        "[REFUND] Desk Lamp, LED, Dimmable; [REFUND] Noise-Cancelling Headphones, 30h, Black"
    );
    household.import_orders(&crate::household::sample("amazon/order_history.csv"));
    run_all(&mut household.conn(), EVERYONE, &mut |_, _| ()).unwrap();
    assert_eq!(household.outcome(), outcome);
}

#[test]
fn a_payment_that_is_matched_otherwise_keeps_its_status() {
    let household = matched();
    match_all(&household);
    household.execute(
        "INSERT INTO apple_transaction_matches (truelayer_transaction_id, apple_transaction_id, match_confidence)
         SELECT m.truelayer_transaction_id, (SELECT id FROM apple_transactions WHERE order_id = 'MSAMPLE0006'), 90
         FROM truelayer_amazon_transaction_matches AS m ORDER BY m.id LIMIT 1",
    );
    amazon_orders::clear(&mut household.conn()).unwrap();
    assert_eq!(
        household.ask(
            "SELECT count(*) || ' ' || count(*) FILTER (WHERE description ~* 'AMAZON|AMZN') FROM truelayer_transactions
             WHERE pre_enrichment_status = 'Matched' AND transaction_type = 'DEBIT'"
        ),
        "6 1"
    );
}
