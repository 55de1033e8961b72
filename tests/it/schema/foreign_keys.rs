//! Every foreign key does what is intended when the row that it refers to goes.

use crate::schema::lines;
use crate::support::TestDatabase;

const EXPECTED: &str = "\
amazon_business_line_items.order_id -> amazon_business_orders.order_id no action
amazon_returns.original_transaction_id -> truelayer_transactions.id set null
amazon_returns.refund_transaction_id -> truelayer_transactions.id set null
amazon_transaction_matches.amazon_order_id -> amazon_orders.id cascade
amazon_transaction_matches.transaction_id -> transactions.id cascade
apple_transaction_matches.apple_transaction_id -> apple_transactions.id cascade
apple_transaction_matches.truelayer_transaction_id -> truelayer_transactions.id cascade
bank_connections.user_id -> users.id cascade
category_rules.category_id -> normalized_categories.id no action
category_rules.subcategory_id -> normalized_subcategories.id no action
connection_logs.connection_id -> bank_connections.id cascade
gmail_connections.user_id -> users.id cascade
gmail_email_content.connection_id -> gmail_connections.id cascade
gmail_parse_statistics.connection_id -> gmail_connections.id cascade
gmail_parse_statistics.sync_job_id -> gmail_sync_jobs.id set null
gmail_processing_errors.connection_id -> gmail_connections.id cascade
gmail_processing_errors.receipt_id -> gmail_receipts.id cascade
gmail_processing_errors.sync_job_id -> gmail_sync_jobs.id set null
gmail_receipts.connection_id -> gmail_connections.id cascade
gmail_sync_jobs.connection_id -> gmail_connections.id cascade
gmail_transaction_matches.gmail_receipt_id -> gmail_receipts.id cascade
gmail_transaction_matches.truelayer_transaction_id -> truelayer_transactions.id cascade
llm_enrichment_failures.transaction_id -> truelayer_transactions.id cascade
matching_jobs.user_id -> users.id cascade
normalized_subcategories.category_id -> normalized_categories.id cascade
oauth_state.user_id -> users.id cascade
pdf_attachments.gmail_receipt_id -> gmail_receipts.id cascade
security_audit_log.user_id -> users.id set null
subcategory_mappings.custom_category_id -> custom_categories.id cascade
sync_jobs.user_id -> users.id cascade
transaction_enrichment_sources.truelayer_transaction_id -> truelayer_transactions.id cascade
truelayer_accounts.connection_id -> bank_connections.id cascade
truelayer_amazon_business_matches.amazon_business_order_id -> amazon_business_orders.id no action
truelayer_amazon_business_matches.truelayer_transaction_id -> truelayer_transactions.id no action
truelayer_amazon_transaction_matches.amazon_order_id -> amazon_orders.id cascade
truelayer_amazon_transaction_matches.truelayer_transaction_id -> truelayer_transactions.id cascade
truelayer_balances.account_id -> truelayer_accounts.id cascade
truelayer_card_balance_snapshots.card_id -> truelayer_cards.id cascade
truelayer_card_transactions.card_id -> truelayer_cards.id cascade
truelayer_cards.connection_id -> bank_connections.id cascade
truelayer_connections.user_id -> users.id cascade
truelayer_enrichment_jobs.import_job_id -> truelayer_import_jobs.id set null
truelayer_enrichment_jobs.user_id -> users.id cascade
truelayer_import_jobs.connection_id -> bank_connections.id set null
truelayer_import_jobs.enrichment_job_id -> truelayer_enrichment_jobs.id set null
truelayer_import_jobs.user_id -> users.id cascade
truelayer_import_progress.account_id -> truelayer_accounts.id set null
truelayer_import_progress.job_id -> truelayer_import_jobs.id cascade
truelayer_transactions.account_id -> truelayer_accounts.id cascade
truelayer_transactions.category_id -> normalized_categories.id no action
truelayer_transactions.import_job_id -> truelayer_import_jobs.id set null
truelayer_transactions.subcategory_id -> normalized_subcategories.id no action
";

#[test]
fn foreign_keys_have_the_intended_delete_rules() {
    let db = TestDatabase::new();
    let mut found = lines(
        &mut db.conn(),
        "SELECT format(
             '%s.%s -> %s.%s %s',
             conrelid::regclass, owner.attname, confrelid::regclass, target.attname,
             CASE confdeltype WHEN 'c' THEN 'cascade' WHEN 'n' THEN 'set null' WHEN 'a' THEN 'no action' ELSE '?' END
         ) AS line
         FROM pg_constraint
         JOIN pg_attribute owner ON owner.attrelid = conrelid AND owner.attnum = ANY (conkey)
         JOIN pg_attribute target ON target.attrelid = confrelid AND target.attnum = ANY (confkey)
         WHERE contype = 'f'",
    );
    found.sort_unstable();
    assert_eq!(found, EXPECTED.lines().collect::<Vec<_>>());
}

#[test]
fn every_foreign_key_can_be_followed_back_by_an_index() {
    let db = TestDatabase::new();
    let slow = lines(
        &mut db.conn(),
        "SELECT conname::text AS line
         FROM pg_constraint
         JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
         WHERE contype = 'f' AND NOT EXISTS (
             SELECT FROM pg_index
             WHERE indrelid = conrelid AND indkey[0] = conkey[1]
               AND (indpred IS NULL OR pg_get_expr(indpred, indrelid) = format('(%I IS NOT NULL)', attname))
         )",
    );
    assert_eq!(slow, [""; 0]);
}
