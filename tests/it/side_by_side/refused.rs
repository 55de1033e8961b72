//! What of the old SQL does not work any more; `docs/SIDE_BY_SIDE.md` says so.

use super::session;
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::sql::execute;

#[test]
fn statements_that_the_schema_refuses() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let home = Household::new(conn, "ada");
    let (card, payment) = (home.card, home.payment);
    for prepared in [
        format!("INSERT INTO truelayer_card_transactions (card_id, normalised_provider_id) VALUES ({card}, 'twice')"),
        "INSERT INTO amazon_business_line_items (order_id, line_item_id) VALUES ('ada-business-order', 'twice')".to_owned(),
        "INSERT INTO transactions (id, date, description, amount) VALUES (777, '2021-12-31', 'x', 1)".to_owned(),
        "INSERT INTO amazon_returns (order_id, reversal_id, refund_completion_date, currency, amount_refunded)
         VALUES ('o', 'r', '2025-01-01', 'GBP', 1)".to_owned(),
    ] {
        assert_eq!(execute(conn, &prepared), Ok(1));
    }
    let refused = [
        (
            format!("INSERT INTO truelayer_card_transactions (card_id, metadata) VALUES ({card}, '{{''a'': None}}')"),
            "invalid input syntax for type json",
        ),
        (
            format!("INSERT INTO truelayer_card_transactions (card_id, normalised_provider_id) VALUES ({card}, 'twice')"),
            "truelayer_card_transactions_normalised_provider_id_key",
        ),
        (
            "INSERT INTO amazon_business_line_items (order_id, line_item_id) VALUES ('ada-business-order', 'twice')".to_owned(),
            "amazon_business_line_items_order_id_line_item_id_key",
        ),
        (
            "UPDATE amazon_returns SET original_transaction_id = 777".to_owned(),
            "amazon_returns_original_transaction_id_fkey",
        ),
        (
            "INSERT INTO matching_jobs (user_id, job_type) VALUES (4711, 'amazon')".to_owned(),
            "matching_jobs_user_id_fkey",
        ),
        (
            "INSERT INTO gmail_connections (user_id, email_address, access_token, refresh_token) VALUES (4711, 'a', 'b', 'c')".to_owned(),
            "gmail_connections_user_id_fkey",
        ),
        (
            format!("UPDATE truelayer_transactions SET amount = 'NaN' WHERE id = {payment}"),
            "truelayer_transactions_amount_finite_check",
        ),
        (
            format!("UPDATE truelayer_transactions SET currency = '£' WHERE id = {payment}"),
            "truelayer_transactions_currency_check",
        ),
        (
            format!("UPDATE truelayer_transactions SET enrichment_required = NULL WHERE id = {payment}"),
            "violates not-null constraint",
        ),
        (
            format!(
                "INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, description)
                 VALUES ({payment}, 'manual', 'x')
                 ON CONFLICT ON CONSTRAINT enrichment_source_unique DO NOTHING"
            ),
            "does not exist",
        ),
        ("SELECT nextval('llm_enrichment_cache_id_seq')".to_owned(), "does not exist"),
        ("TRUNCATE llm_enrichment_cache".to_owned(), "is not a table"),
    ];
    for (statement, reason) in refused {
        let error = execute(conn, &statement).unwrap_err().to_string();
        assert!(error.contains(reason), "{statement}: {error}");
    }
}
