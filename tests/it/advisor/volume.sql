-- Thousands of rows in the tables that the filled database leaves empty.
INSERT INTO amazon_returns (order_id, reversal_id, refund_completion_date, currency, amount_refunded)
SELECT 'order' || n, 'reversal' || n, date '2020-01-01' + n % 2000, 'GBP', 1 FROM generate_series(0, 9999) n;

INSERT INTO amazon_business_connections (user_id, access_token, refresh_token)
SELECT 1 + n % 2000, 'a', 'r' FROM generate_series(0, 9999) n;

INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
SELECT 20000 + n, n, 90 FROM generate_series(1, 10000) n;

INSERT INTO truelayer_amazon_business_matches (truelayer_transaction_id, amazon_business_order_id, match_confidence)
SELECT 30000 + n, n, 90 FROM generate_series(1, 10000) n;

INSERT INTO apple_transaction_matches (truelayer_transaction_id, apple_transaction_id, match_confidence)
SELECT 40000 + n, n, 90 FROM generate_series(1, 10000) n;

INSERT INTO gmail_transaction_matches (truelayer_transaction_id, gmail_receipt_id, match_confidence)
SELECT 50000 + n, n, 90 FROM generate_series(1, 10000) n;

-- Of every hundred payments one to Amazon, to Apple or to neither.
UPDATE truelayer_transactions SET description = (ARRAY['AMAZON.CO.UK', 'x', 'APPLE.COM'])[1 + id / 100 % 3] WHERE id % 100 = 0;

INSERT INTO gmail_email_content (message_id, connection_id)
SELECT 'message' || n, 1 + n % 2000 FROM generate_series(0, 19999) n;

INSERT INTO gmail_oauth_state (user_id, state, code_verifier, expires_at)
SELECT 1 + n % 2000, 'state' || n, 'verifier', now() + (n % 100 - 0.5) * interval '1 day' FROM generate_series(0, 19999) n;

INSERT INTO gmail_sync_jobs (connection_id, status, created_at)
SELECT 1 + n % 2000, CASE WHEN n % 100 = 0 THEN 'queued' ELSE 'completed' END,
       timestamptz '2025-01-01 00:00Z' + n * interval '1 minute'
FROM generate_series(0, 19999) n;

INSERT INTO gmail_parse_statistics (connection_id, message_id, sender_domain, parsing_status)
SELECT 1 + n % 2000, 'message' || n, 'shop' || n % 500 || '.example', 'parsed' FROM generate_series(0, 19999) n;

INSERT INTO gmail_processing_errors (connection_id, message_id, error_stage, error_type, error_message, occurred_at)
SELECT 1 + n % 2000, 'message' || n, 'parse', 'parse_error', 'broken', timestamptz '2025-01-01 00:00Z' + n * interval '1 minute'
FROM generate_series(0, 19999) n;

INSERT INTO gmail_sender_patterns (sender_domain, merchant_name, normalized_name, parse_type)
SELECT 'shop' || n || '.example', 'Shop', 'shop', 'pattern' FROM generate_series(0, 4999) n;

INSERT INTO gmail_merchant_aliases (bank_name, receipt_name, normalized_name)
SELECT 'bank' || n, 'receipt' || n, 'name' || n FROM generate_series(0, 4999) n;

INSERT INTO matching_jobs (user_id, job_type, status, created_at)
SELECT 1 + n % 2000, 'amazon', CASE WHEN n % 100 = 0 THEN 'queued' ELSE 'completed' END,
       timestamptz '2025-01-01 00:00Z' + n * interval '1 minute'
FROM generate_series(0, 19999) n;

INSERT INTO sync_jobs (kind, state, attempts, started_at, finished_at, run_at, user_id)
SELECT (ARRAY['note', 'gated', 'other'])[1 + n % 3], 'completed', 1, now(), now(), now() - interval '1 day', 1 + n % 2000
FROM generate_series(0, 19999) n;

INSERT INTO sync_jobs (kind, priority) SELECT 'note', n % 3 FROM generate_series(1, 200) n;

INSERT INTO connection_logs (connection_id, event_type)
SELECT 1 + n % 10000, 'refresh' FROM generate_series(0, 19999) n;

INSERT INTO security_audit_log (user_id, event_type) SELECT 1 + n % 2000, 'login' FROM generate_series(0, 19999) n;

INSERT INTO transactions (date, description, amount)
SELECT date '2020-01-01' + n % 2000, 'PAYMENT ' || n, 1 FROM generate_series(0, 19999) n;

INSERT INTO amazon_transaction_matches (transaction_id, amazon_order_id, match_confidence)
SELECT n, n, 90 FROM generate_series(1, 10000) n;

INSERT INTO truelayer_connections (user_id, access_token) SELECT 1 + n % 2000, 'a' FROM generate_series(0, 4999) n;

-- States as they are after years: most of it is done.
UPDATE truelayer_enrichment_jobs SET job_status = 'completed' WHERE id % 100 <> 0;

UPDATE gmail_receipts SET parsing_status = CASE id % 100 WHEN 0 THEN 'pending' WHEN 1 THEN 'unparseable' ELSE 'parsed' END,
    merchant_domain = 'shop' || id % 500 || '.example', merchant_name_normalized = 'shop' || id % 500;

UPDATE gmail_sender_patterns SET is_active = id % 10 <> 0;

UPDATE bank_connections SET connection_status = 'expired' WHERE id % 10 = 0;

-- The plans are the same in each run: statistics are of all rows, not of a sample, and nobody else makes new ones.
DO $$
DECLARE
    name regclass;
BEGIN
    FOR name IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', name);
    END LOOP;
END
$$;
SET default_statistics_target = 1000;
ANALYZE;
