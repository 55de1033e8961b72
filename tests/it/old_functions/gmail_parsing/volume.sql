-- Two thousand mailboxes with 100,000 receipts, most of them parsed and matched, in the place of the fewer ones that the
-- volume of all functions has.
TRUNCATE gmail_connections, gmail_receipts, pdf_attachments, transaction_enrichment_sources RESTART IDENTITY CASCADE;

INSERT INTO gmail_connections (user_id, email_address, access_token, refresh_token)
SELECT 1 + n % 2000, 'user' || n || '@mail.example', 'access', 'refresh' FROM generate_series(0, 1999) n;

INSERT INTO gmail_receipts (
    connection_id, message_id, sender_email, received_at, merchant_name, merchant_name_normalized, merchant_domain,
    total_amount, receipt_date, parse_method, parse_confidence, parsing_status, llm_parse_status, created_at
)
SELECT 1 + n % 2000, 'message' || n, 'orders@shop' || n % 500 || '.example',
       timestamptz '2020-01-01 00:00Z' + n * interval '30 minutes', 'Shop ' || n % 500, 'shop_' || n % 500,
       'shop' || n % 500 || '.example', n % 10000 / 100.0, date '2020-01-01' + n / 48, 'pattern', 90,
       CASE WHEN n % 100 = 0 THEN 'pending' WHEN n % 100 = 1 THEN 'unparseable' ELSE 'parsed' END,
       CASE WHEN n % 500 = 1 THEN 'failed' END, timestamptz '2020-01-01 00:00Z' + n * interval '30 minutes'
FROM generate_series(0, 99999) n;

INSERT INTO gmail_transaction_matches (truelayer_transaction_id, gmail_receipt_id, match_confidence)
SELECT 1 + n, 1 + n, 90 FROM generate_series(0, 99999) n WHERE n % 100 > 1;

INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description)
SELECT 1 + n, 'gmail', 1 + n, 'A receipt' FROM generate_series(0, 99999) n WHERE n % 100 > 1;

INSERT INTO pdf_attachments (gmail_receipt_id, message_id, object_key, filename, content_hash, size_bytes)
SELECT 1 + n, 'message' || n, 'key' || n, 'bill.pdf', 'hash' || n, 1000 FROM generate_series(0, 19999) n;

INSERT INTO gmail_sync_jobs (connection_id, status) SELECT 1 + n % 2000, 'completed' FROM generate_series(0, 19999) n;

INSERT INTO gmail_sender_patterns (sender_domain, merchant_name, normalized_name, parse_type)
SELECT 'shop' || n || '.example', 'Shop ' || n, 'shop_' || n, 'pattern' FROM generate_series(0, 4999) n;

INSERT INTO gmail_merchant_aliases (bank_name, receipt_name, normalized_name)
SELECT 'SHOP ' || n, 'Shop ' || n, 'shop_' || n FROM generate_series(0, 4999) n;

INSERT INTO gmail_processing_errors (connection_id, error_stage, error_type, error_message, occurred_at)
SELECT 1 + n % 2000, 'fetch', 'timeout', 'late', now() - n * interval '10 minutes' FROM generate_series(0, 99999) n;

INSERT INTO gmail_parse_statistics (connection_id, message_id, sender_domain, merchant_normalized, parse_method, parsing_status,
                                    created_at)
SELECT 1 + n % 2000, 'message' || n, 'shop' || n % 500 || '.example', 'shop_' || n % 500, 'pattern', 'parsed',
       now() - n * interval '10 minutes'
FROM generate_series(0, 99999) n;

ANALYZE;
