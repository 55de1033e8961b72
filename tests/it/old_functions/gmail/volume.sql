-- Beside the bank feed: four thousand mailboxes, whose 100,000 receipts paid half of the transactions. What has the same
-- number is of one user. They take the place of the fewer ones that the volume of all functions has.
TRUNCATE gmail_connections, gmail_receipts, pdf_attachments, transaction_enrichment_sources, amazon_orders, apple_transactions
    RESTART IDENTITY CASCADE;

INSERT INTO gmail_connections (user_id, email_address, access_token, refresh_token)
SELECT 1 + n % 2000, 'box' || n, 'access', 'refresh' FROM generate_series(0, 3999) n;

INSERT INTO gmail_receipts (connection_id, message_id, sender_email, received_at, parse_confidence, parsing_status, receipt_date)
SELECT 1 + n % 4000, 'msg' || n, 'shop@example.com', timestamptz '2020-01-01 00:00Z' + n * interval '30 minutes', 90, 'parsed',
       date '2020-01-01' + n / 48
FROM generate_series(0, 99999) n;

INSERT INTO gmail_email_content (connection_id, message_id, body_text)
SELECT 1 + n % 4000, 'msg' || n, 'Thank you' FROM generate_series(0, 99999) n;

INSERT INTO gmail_transaction_matches (truelayer_transaction_id, gmail_receipt_id, match_confidence)
SELECT n, n, 90 FROM generate_series(1, 50000) n;

INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description)
SELECT n, 'gmail', n, 'A receipt' FROM generate_series(1, 50000) n;

INSERT INTO gmail_sync_jobs (connection_id, status, created_at)
SELECT 1 + n % 4000, CASE WHEN n % 100 = 16 THEN 'running' ELSE 'completed' END, now()
FROM generate_series(0, 19999) n;

INSERT INTO gmail_oauth_state (user_id, state, code_verifier, expires_at)
SELECT 1 + n % 2000, 'state' || n, 'verifier', now() + (1 + n) * interval '1 minute' FROM generate_series(0, 19999) n;

INSERT INTO amazon_orders (order_id, order_date, website, currency, total_owed, product_names)
SELECT 'order' || n, '2020-01-01', 'Amazon.co.uk', 'GBP', 1, 'A book' FROM generate_series(1, 20000) n;

INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
SELECT n, n, 90 FROM generate_series(1, 20000) n;

INSERT INTO apple_transactions (order_id, order_date, total_amount, currency, app_names)
SELECT 'purchase' || n, '2020-01-01', 1, 'GBP', 'A game' FROM generate_series(1, 20000) n;

INSERT INTO apple_transaction_matches (truelayer_transaction_id, apple_transaction_id, match_confidence)
SELECT n, n, 90 FROM generate_series(1, 20000) n;

ANALYZE;
