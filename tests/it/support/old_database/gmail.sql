-- Mailboxes, their mails, and the receipts read from them.

INSERT INTO gmail_connections (id, user_id, email_address, access_token, refresh_token, token_expires_at, encryption_version, scopes, connection_status, history_id, last_synced_at, sync_from_date, error_count, last_error, created_at, updated_at) VALUES
    (1, 1, 'hassan@gmail.example', 'gAAAAABgmail1', 'gAAAAABgmail1r', '2025-10-26 01:00:00+00', 1, 'https://www.googleapis.com/auth/gmail.readonly', 'active', '123456789', '2025-10-26 00:00:00+00', '2024-01-01', 0, NULL, '2024-01-01 00:00:00+00', '2025-10-26 00:00:00+00'),
    (2, 1, 'second@gmail.example', 'gAAAAABgmail2', 'gAAAAABgmail2r', NULL, 1, NULL, 'error', NULL, NULL, NULL, 5, 'invalid_grant: Token has been expired or revoked.', '2024-01-01 00:00:00+00', '2024-06-01 00:00:00+00'),
    (4, 2, 'zoë@gmail.example', 'gAAAAABgmail4', 'gAAAAABgmail4r', '2024-02-29 23:59:59+00', 2, '', 'revoked', '1', '2024-02-29 22:00:00+00', '2024-02-29', 0, NULL, '2024-02-01 00:00:00+00', '2024-02-29 22:00:00+00');

INSERT INTO gmail_receipts (id, connection_id, message_id, thread_id, sender_email, sender_name, subject, received_at, merchant_name, merchant_name_normalized, merchant_domain, order_id, total_amount, currency_code, receipt_date, line_items, receipt_hash, parse_method, parse_confidence, raw_schema_data, llm_cost_cents, parsing_status, parsing_error, retry_count, deleted_at, created_at, updated_at, pdf_processing_status, pdf_retry_count, pdf_last_error, llm_parse_status, llm_estimated_cost_cents, llm_actual_cost_cents, llm_parsed_at) VALUES
    (1, 1, '18c0ffee00000001', '18c0ffee00000001', 'noreply@uber.com', 'Uber Receipts', 'Your Sunday morning trip with Uber', '2025-10-26 01:30:00.000001+01', 'Uber', 'uber', 'uber.com', 'trip-1', 17.00, 'EUR', '2024-02-29', '[{"name": "Trip", "price": "17.00", "quantity": 1}]', '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', 'vendor_uber', 95, '{"@type": "Order", "total": 17.0}', NULL, 'parsed', NULL, 0, NULL, '2025-10-26 00:00:00+00', '2025-10-26 00:00:00+00', 'completed', 0, NULL, NULL, NULL, NULL, NULL),
    (2, 1, '18c0ffee00000002', NULL, 'shop@example.com', NULL, NULL, '2025-03-30 01:30:00+00', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, 'pending', NULL, 0, NULL, '2025-10-26 00:00:00+00', '2025-10-26 00:00:00+00', 'none', 0, NULL, 'pending', 2, NULL, NULL),
    (3, 2, '18c0ffee00000003', 'thread-3', 'rechnung@händler.example', 'Händler – 日本', 'Ihre Rechnung №42 🧾', '2024-02-29 23:59:59+00', 'Händler GmbH', 'händler', 'händler.example', '42', 0.01, 'EUR', '2024-02-29', '[]', NULL, 'llm', 60, NULL, 3, 'unparseable', 'no amount found', 4, '2024-03-01 00:00:00+00', '2024-02-29 23:59:59+00', '2024-03-01 00:00:00+00', 'failed', 3, 'The PDF is encrypted', 'completed', 3, 2, '2024-03-01 00:00:00.5+00'),
    (9, 4, '18c0ffee00000009', NULL, 'no_reply@email.apple.com', 'Apple', 'Your receipt from Apple.', '2025-10-25 20:00:00+00', 'Apple', 'apple', 'apple.com', 'MX0ABCDEF1', 0.99, 'GBP', '2025-10-25', '[{"name": "iCloud+", "price": 0.99}]', 'abc', 'vendor_apple', 100, NULL, NULL, NULL, NULL, 0, NULL, '2025-10-26 00:00:00+00', '2025-10-26 00:00:00+00', NULL, 0, NULL, 'failed', NULL, NULL, NULL);

INSERT INTO gmail_email_content (id, message_id, thread_id, subject, from_header, to_header, date_header, list_unsubscribe, x_mailer, body_html, body_text, snippet, attachments, size_estimate, received_at, fetched_at) VALUES
    (1, '18c0ffee00000001', '18c0ffee00000001', 'Your Sunday morning trip with Uber', 'Uber Receipts <noreply@uber.com>', 'hassan@gmail.example', 'Sun, 26 Oct 2025 00:30:00 +0000', '<https://uber.com/u>', 'Mailer 1.0', '<html>' || repeat('<p>Total £17.00 – danke</p>', 2000) || '</html>', repeat('Total £17.00 – danke' || chr(10), 500), 'Total £17.00', '[{"filename": "receipt.pdf", "mime_type": "application/pdf", "size": 12345, "attachment_id": "ANGjdJ8"}]', 54321, '2025-10-26 00:30:00+00', '2025-10-26 00:31:00+00'),
    (2, '18c0ffee00000002', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (3, 'mail-without-a-receipt', 'thread-9', '', '', '', '', '', '', '', '', '', '[]', 0, '2025-03-30 01:30:00+00', '2025-03-30 01:30:00.000001+00');

INSERT INTO pdf_attachments (id, gmail_receipt_id, message_id, bucket_name, object_key, filename, content_hash, size_bytes, mime_type, etag, created_at) VALUES
    (1, 1, '18c0ffee00000001', 'receipts', '2025/10/26/18c0ffee00000001/receipt.pdf', 'receipt.pdf', 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', 12345, 'application/pdf', 'd41d8cd98f00b204e9800998ecf8427e', '2025-10-26 00:31:00+00'),
    (2, NULL, 'mail-without-a-receipt', NULL, '2025/03/30/Größe.pdf', 'Rechnung – Größe.pdf', 'abc', 0, NULL, NULL, '2025-03-30 01:30:00+00'),
    (3, 3, '18c0ffee00000003', 'other', 'k3', 'receipt.pdf', 'def', 2147483647, 'application/octet-stream', '', '2024-03-01 00:00:00+00');

INSERT INTO gmail_oauth_state (id, user_id, state, code_verifier, expires_at, created_at) VALUES
    (1, 1, 'gm-state-1', 'verifier-one', '2025-10-26 01:40:00+00', '2025-10-26 01:30:00+00'),
    (2, 2, 'gm-state-2', 'verifier-two', '2025-03-30 01:10:00+00', '2025-03-30 01:00:00+00'),
    (3, 7, 'gm-state-3', 'verifier-three', '2024-02-29 00:10:00+00', '2024-02-29 00:00:00+00');

INSERT INTO gmail_sync_jobs (id, connection_id, status, job_type, total_messages, processed_messages, parsed_receipts, failed_messages, error_message, started_at, completed_at, created_at, stats, sync_from_date, sync_to_date) VALUES
    (1, 1, 'completed', 'full', 100, 100, 60, 2, NULL, '2025-10-26 00:00:00+00', '2025-10-26 00:10:00+00', '2025-10-25 23:59:59+00', '{"by_method": {"vendor_uber": 1}, "cost": 0.5}', '2024-01-01', '2025-10-26'),
    (2, 2, 'failed', 'incremental', 0, 0, 0, 0, 'invalid_grant', NULL, NULL, '2024-06-01 00:00:00+00', '{}', NULL, NULL),
    (3, 4, 'cancelled', 'full', 5, 1, 0, 0, NULL, '2024-02-29 00:00:00+00', NULL, '2024-02-29 00:00:00+00', '{}', NULL, NULL);

INSERT INTO gmail_transaction_matches (id, truelayer_transaction_id, gmail_receipt_id, match_confidence, match_type, match_method, currency_converted, conversion_rate, user_confirmed, matched_at) VALUES
    (1, 5, 1, 95, 'standard', 'amount+date', false, NULL, true, '2025-10-26 00:10:00+00'),
    (2, 2, 9, 70, 'bundled_order', NULL, true, 0.853211, false, NULL),
    (3, 3, 3, 0, 'split_payment', 'manual', false, 1.000000, false, '2024-03-01 00:00:00+00');

INSERT INTO gmail_sender_patterns (id, sender_domain, sender_pattern, merchant_name, normalized_name, parse_type, pattern_config, date_tolerance_days, is_active, usage_count, last_used_at, created_at) VALUES
    (1, 'uber.com', 'noreply@%', 'Uber', 'uber', 'pattern', '{"amount": "Total £(\\d+\\.\\d{2})"}', 3, true, 12, '2025-10-26 00:00:00+00', '2024-01-01 00:00:00+00'),
    (2, 'apple.com', NULL, 'Apple', 'apple', 'schema_org', NULL, 7, true, 0, NULL, '2024-01-01 00:00:00+00'),
    (3, 'händler.example', NULL, 'Händler', 'händler', 'llm', '{}', 0, false, 1, '2024-02-29 00:00:00+00', '2024-01-01 00:00:00+00');

INSERT INTO gmail_merchant_aliases (id, bank_name, receipt_name, normalized_name, is_active, usage_count, created_at) VALUES
    (1, 'UBER *TRIP', 'Uber', 'uber', true, 3, '2024-01-01 00:00:00+00'),
    (2, 'APPLE.COM/BILL', 'Apple', 'apple', true, 0, '2024-01-01 00:00:00+00'),
    (3, 'HAENDLER', 'Händler GmbH', 'händler', false, 0, '2024-02-29 00:00:00+00');

INSERT INTO gmail_parse_statistics (id, connection_id, sync_job_id, message_id, sender_domain, merchant_normalized, parse_method, merchant_extracted, brand_extracted, amount_extracted, date_extracted, order_id_extracted, line_items_extracted, match_attempted, match_success, match_confidence, parse_duration_ms, llm_cost_cents, parsing_status, parsing_error, created_at) VALUES
    (1, 1, 1, '18c0ffee00000001', 'uber.com', 'uber', 'vendor_uber', true, true, true, true, true, true, true, true, 95, 12, NULL, 'parsed', NULL, '2025-10-26 00:05:00+00'),
    (2, 2, NULL, '18c0ffee00000003', 'händler.example', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, 'unparseable', 'no amount found', '2024-03-01 00:00:00+00'),
    (3, 1, 1, 'never stored', 'spam.example', NULL, 'pre_filter', false, false, false, false, false, false, false, false, 0, 0, 3, 'filtered', NULL, '2025-10-26 00:05:00.000001+00');

INSERT INTO gmail_processing_errors (id, connection_id, sync_job_id, message_id, receipt_id, error_stage, error_type, error_message, stack_trace, error_context, is_retryable, retry_count, last_retry_at, occurred_at) VALUES
    (1, 2, 2, '18c0ffee00000003', 3, 'pdf_parse', 'parse_error', 'The PDF is encrypted', 'Traceback (most recent call last):' || chr(10) || '  File "pdf.py", line 3', '{"filename": "receipt.pdf"}', true, 3, '2024-03-01 00:00:00+00', '2024-02-29 23:59:59+00'),
    (2, NULL, NULL, NULL, NULL, 'fetch', 'rate_limit', '429', NULL, NULL, NULL, 0, NULL, '2025-03-30 01:30:00+00'),
    (3, 1, 1, 'never stored', NULL, 'validation', 'unknown', 'ungültig', NULL, '{}', false, 0, NULL, '2025-10-26 00:05:00+00');
