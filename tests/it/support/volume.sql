-- Two thousand households, whose ten thousand connections to banks brought 100,000 transactions; one in a hundred is not
-- yet enriched.
INSERT INTO users (email) SELECT 'user' || n || '@example.com' FROM generate_series(1, 2000) n;

INSERT INTO bank_connections (user_id, provider_id, provider_name, refresh_token, connection_status)
SELECT 1 + n % 2000, 'bank' || n / 2000, 'A bank', 'refresh' || n, 'active' FROM generate_series(0, 9999) n;

INSERT INTO truelayer_accounts (connection_id, account_id, account_type, display_name, currency)
SELECT 1 + n % 10000, 'account' || n, 'TRANSACTION', 'An account', 'GBP' FROM generate_series(0, 19999) n;

INSERT INTO truelayer_cards (connection_id, card_id, card_name, status)
SELECT 1 + n % 10000, 'card' || n, 'A card', 'active' FROM generate_series(0, 19999) n;

INSERT INTO truelayer_import_jobs (user_id, connection_id, job_status, created_at)
SELECT 1 + n % 2000, 1 + n % 10000, CASE WHEN n % 100 = 0 THEN 'pending' ELSE 'completed' END,
       timestamptz '2025-01-01 00:00Z' + n * interval '1 minute'
FROM generate_series(0, 19999) n;

INSERT INTO truelayer_import_progress (job_id, account_id, progress_status)
SELECT 1 + n % 20000, 1 + (n * 7) % 20000, 'completed' FROM generate_series(0, 19999) n;

INSERT INTO truelayer_enrichment_jobs (user_id, import_job_id)
SELECT 1 + n % 2000, 1 + n FROM generate_series(0, 19999) n;

INSERT INTO truelayer_transactions (
    account_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount, currency,
    transaction_type, transaction_category, merchant_name, metadata, enrichment_required, import_job_id
)
SELECT 1 + n % 20000, 'tx' || n, 'txn-' || n, timestamptz '2020-01-01 00:00Z' + n * interval '30 minutes',
       'PAYMENT ' || n, n % 10000 / 100.0, 'GBP', CASE WHEN n % 10 = 0 THEN 'CREDIT' ELSE 'DEBIT' END, 'category' || n % 200,
       'Merchant ' || n % 500,
       CASE WHEN n % 100 = 0 THEN '{}' ELSE '{"enrichment": {"primary_category": "Shopping"}}' END::jsonb, n % 100 = 0,
       1 + n % 20000
FROM generate_series(0, 99999) n;

INSERT INTO truelayer_card_transactions (card_id, transaction_id, normalised_provider_id, "timestamp", amount, currency)
SELECT 1 + n % 20000, 'ct' || n, 'ctx-' || n, timestamptz '2020-01-01 00:00Z' + n * interval '2 hours', 1, 'GBP'
FROM generate_series(0, 19999) n;

INSERT INTO truelayer_balances (account_id, current_balance, currency, snapshot_at)
SELECT 1 + n % 20000, n, 'GBP', timestamptz '2025-01-01 00:00Z' + n * interval '1 minute' FROM generate_series(0, 19999) n;

INSERT INTO truelayer_card_balance_snapshots (card_id, current_balance, currency, snapshot_at)
SELECT 1 + n % 20000, n, 'GBP', timestamptz '2025-01-01 00:00Z' + n * interval '1 minute' FROM generate_series(0, 19999) n;

INSERT INTO webhook_events (event_id, event_type, payload, processed, created_at)
SELECT 'event' || n, 'ping', '{}', n % 100 <> 0, timestamptz '2025-01-01 00:00Z' + n * interval '1 minute'
FROM generate_series(0, 19999) n;

-- A hundredth has expired, however long the tests take.
INSERT INTO oauth_state (user_id, state, code_verifier, expires_at)
SELECT 1 + n % 2000, 'state' || n, 'verifier', now() + (n % 100 - 0.5) * interval '1 day' FROM generate_series(0, 19999) n;

-- What explains the first 20,000 transactions: a quarter of them each by a retail order, a business order, an app, a receipt.
INSERT INTO amazon_orders (order_id, order_date, website, currency, total_owed, product_names)
SELECT 'order' || n, date '2020-01-01' + n % 2000, 'Amazon.co.uk', 'GBP', 1, 'Desk lamp' FROM generate_series(0, 19999) n;

INSERT INTO amazon_business_orders (order_id, order_date)
SELECT 'business' || n, date '2020-01-01' + n % 2000 FROM generate_series(0, 19999) n;

INSERT INTO amazon_business_line_items (order_id, line_item_id) SELECT 'business' || n, '1' FROM generate_series(0, 19999) n;

INSERT INTO apple_transactions (order_id, order_date, total_amount, currency, app_names)
SELECT 'app' || n, date '2020-01-01' + n % 2000, 1, 'GBP', 'Chess' FROM generate_series(0, 19999) n;

INSERT INTO gmail_connections (user_id, email_address, access_token, refresh_token)
SELECT 1 + n, 'user' || n || '@example.com', 'access', 'refresh' FROM generate_series(0, 1999) n;

INSERT INTO gmail_receipts (connection_id, message_id, sender_email, received_at, parse_confidence)
SELECT 1 + n % 2000, 'message' || n, 'shop@example.com', timestamptz '2025-01-01 00:00Z' + n * interval '1 minute', 90
FROM generate_series(0, 19999) n;

INSERT INTO pdf_attachments (gmail_receipt_id, message_id, object_key, filename, content_hash, size_bytes)
SELECT 1 + n, 'message' || n, 'object' || n, 'receipt.pdf', 'hash' || n, 1 FROM generate_series(0, 19999) n;

INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description, is_primary)
SELECT 1 + n, (ARRAY['amazon', 'amazon_business', 'apple', 'gmail'])[1 + n % 4], 1 + n, 'A purchase', true
FROM generate_series(0, 19999) n;

INSERT INTO llm_enrichment_failures (transaction_id, error_message) SELECT 1 + n, 'timeout' FROM generate_series(0, 19999) n;

INSERT INTO enrichment_cache (transaction_description, transaction_direction, enrichment_data)
SELECT 'PAYMENT ' || n, 'out', '{}' FROM generate_series(0, 19999) n;

-- Names and rules.
INSERT INTO categories (name) SELECT 'category' || n FROM generate_series(0, 19999) n;

INSERT INTO category_keywords (category_name, keyword)
SELECT 'category' || n % 2000, 'keyword' || n FROM generate_series(0, 19999) n;

INSERT INTO account_mappings (sort_code, account_number, friendly_name)
SELECT n % 100, n, 'An account' FROM generate_series(0, 19999) n;

INSERT INTO category_rules (rule_name, description_pattern, category)
SELECT 'rule' || n, 'pattern' || n, 'Shopping' FROM generate_series(0, 19999) n;

INSERT INTO merchant_normalizations (pattern, normalized_name) SELECT 'pattern' || n, 'A shop' FROM generate_series(0, 19999) n;

INSERT INTO custom_categories (user_id, name, category_type)
SELECT 1 + n % 2000, 'custom' || n / 2000, CASE WHEN n % 100 = 0 THEN 'hidden' ELSE 'promoted' END
FROM generate_series(0, 19999) n;

INSERT INTO subcategory_mappings (custom_category_id, subcategory_name)
SELECT 1 + n, 'subcategory' || n FROM generate_series(0, 19999) n;

ANALYZE;
