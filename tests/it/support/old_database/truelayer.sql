-- Banks, accounts, transactions and cards, and the jobs that fetched them.

INSERT INTO bank_connections (id, user_id, provider_id, provider_name, access_token, refresh_token, token_expires_at, refresh_token_expires_at, connection_status, last_synced_at, created_at, updated_at) VALUES
    (1, 1, 'ob-barclays', 'Barclays', 'gAAAAABlx0r8accessone', 'gAAAAABlx0r8refreshone', '2025-10-26 02:00:00+00', '2026-01-20 00:00:00+00', 'active', '2025-10-26 01:30:00.000001+01', '2023-01-05 10:00:00+00', '2025-10-26 00:30:00.000001+00'),
    (2, 1, 'ob-amex', 'American Express', NULL, NULL, NULL, NULL, 'inactive', NULL, '2024-05-01 08:00:00+00', '2024-05-01 08:00:00+00'),
    (3, 2, 'ob-barclays', 'Barclays', 'gAAAAABlx0r8accesstwo', NULL, '2024-02-29 23:00:00+00', NULL, 'expired', '2024-02-29 22:00:00+00', '2024-02-01 08:00:00+00', '2024-02-29 22:00:00+00');

INSERT INTO truelayer_accounts (id, connection_id, account_id, account_type, display_name, currency, account_number_json, provider_data, last_synced_at, created_at, updated_at, last_synced_at_incremental) VALUES
    (1, 1, 'f7b14d0a-0000-4000-8000-000000000001', 'TRANSACTION', 'Current account', 'GBP', '{"iban": "GB33BUKB20000055779911", "number": "55779911", "sort_code": "20-00-00"}', '{"provider_id": "ob-barclays", "display_name": "BARCLAYS", "logo": null}', '2025-10-26 00:30:00+00', '2023-01-05 10:00:00+00', '2025-10-26 00:30:00+00', '2025-10-26 00:30:00.000001+00'),
    (2, 1, 'f7b14d0a-0000-4000-8000-000000000002', 'SAVINGS', 'Ersparnisse – Zoë 日本', 'EUR', NULL, NULL, NULL, '2023-01-05 10:00:00+00', '2023-01-05 10:00:00+00', NULL),
    (5, 3, 'f7b14d0a-0000-4000-8000-000000000001', 'BUSINESS_TRANSACTION', 'Business', 'GBP', 'null', '{"nested": {"a": [1, 2.50, "£"]}}', '2024-02-29 22:00:00+00', '2024-02-01 08:00:00+00', '2024-02-29 22:00:00+00', NULL);

INSERT INTO truelayer_import_jobs (id, user_id, connection_id, job_status, job_type, from_date, to_date, account_ids, card_ids, total_accounts, total_transactions_synced, total_transactions_duplicates, total_transactions_errors, auto_enrich, enrich_after_completion, enrichment_job_id, batch_size, created_at, started_at, completed_at, estimated_completion, metadata, error_message) VALUES
    (1, 1, 1, 'completed', 'date_range', '2025-01-01', '2025-10-26', '{f7b14d0a-0000-4000-8000-000000000001,f7b14d0a-0000-4000-8000-000000000002}', '{card-1}', 2, 5, 1, 0, true, true, NULL, 50, '2025-10-26 00:00:00+00', '2025-10-26 00:00:01+00', '2025-10-26 00:01:00.25+00', '2025-10-26 00:02:00+00', '{"requested_by": "web", "ranges": [["2025-01-01", "2025-10-26"]]}', NULL),
    (2, 1, NULL, 'failed', 'incremental', NULL, NULL, '{}', '{}', 0, 0, 0, 3, false, false, NULL, 100, '2025-03-30 01:30:00+00', '2025-03-30 01:30:00+00', NULL, NULL, '{}', 'Provider said: „nicht verfügbar“ (503)'),
    (6, 2, 3, 'pending', 'full_sync', '2024-02-29', '2024-02-29', '{"with \"quotes\", and commas"}', '{}', 0, 0, 0, 0, true, false, NULL, 50, '2024-02-29 12:00:00+00', NULL, NULL, NULL, '{}', NULL);

INSERT INTO truelayer_enrichment_jobs (id, user_id, import_job_id, job_status, transaction_ids, total_transactions, successful_enrichments, failed_enrichments, cached_hits, total_cost, total_tokens, llm_provider, llm_model, created_at, started_at, completed_at, metadata, error_message) VALUES
    (1, 1, 1, 'completed', '{1,2,3,1000001}', 4, 3, 1, 1, 0.0123, 4711, 'anthropic', 'claude-3-haiku', '2025-10-26 00:02:00+00', '2025-10-26 00:02:01+00', '2025-10-26 00:03:00+00', '{"batches": 1}', NULL),
    (2, 1, NULL, 'failed', '{}', 0, 0, 0, 0, 0.0000, 0, NULL, NULL, '2025-03-30 02:00:00+00', NULL, NULL, '{}', 'timeout'),
    (3, 2, 6, 'pending', '{7}', 1, 0, 0, 0, 0.0001, 2147483647, 'openai', NULL, '2024-02-29 12:00:00+00', NULL, NULL, '{}', NULL);
UPDATE truelayer_import_jobs SET enrichment_job_id = 1 WHERE id = 1;

INSERT INTO truelayer_import_progress (id, job_id, account_id, progress_status, synced_count, duplicates_count, errors_count, started_at, completed_at, error_message, metadata, created_at, updated_at) VALUES
    (1, 1, 1, 'completed', 4, 1, 0, '2025-10-26 00:00:01+00', '2025-10-26 00:00:30+00', NULL, '{"pages": 2}', '2025-10-26 00:00:00+00', '2025-10-26 00:00:30+00'),
    (2, 1, 2, 'completed', 1, 0, 0, '2025-10-26 00:00:30+00', '2025-10-26 00:01:00+00', NULL, '{}', '2025-10-26 00:00:00+00', '2025-10-26 00:01:00+00'),
    (3, 2, NULL, 'failed', 0, 0, 3, NULL, NULL, 'account was removed', '{}', '2025-03-30 01:30:00+00', '2025-03-30 01:31:00+00'),
    (8, 6, 5, 'pending', 0, 0, 0, NULL, NULL, NULL, '{}', '2024-02-29 12:00:00+00', '2024-02-29 12:00:00+00');

INSERT INTO truelayer_transactions (id, account_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount, currency, transaction_type, transaction_category, merchant_name, running_balance, metadata, created_at, account_type, lookup_description, pre_enrichment_status, enrichment_required, category_id, subcategory_id, import_job_id) VALUES
    (1, 1, 'tx-1', 'norm-tx-1', '2025-10-26 01:30:00+01', 'AMZN MKTPLACE PMTS AMAZON.CO.UK', 12.50, 'GBP', 'DEBIT', 'PURCHASE', 'Amazon', 1037.21, '{"enrichment": {"primary_category": "Shopping", "subcategory": "Books", "llm_provider": "anthropic", "confidence": 0.95}, "bank_transaction_id": "b-1"}', '2025-10-26 00:00:10.000001+00', 'ASSET', 'A book', 'AMZN', true, 1, 1, 1),
    (2, 1, 'tx-2', 'norm-tx-2', '2025-10-26 01:30:00+00', 'APPLE.COM/BILL HOLLYHILL', 0.99, 'GBP', 'DEBIT', 'PURCHASE', NULL, NULL, NULL, '2025-10-26 00:00:10+00', NULL, NULL, 'Apple', true, NULL, NULL, 1),
    (3, 1, 'tx-3', 'norm-tx-3', '2025-03-30 01:59:59.999999+00', 'Tësco Stores 2345 – 日本橋 🛒', 9999999999.99, 'GBP', 'DEBIT', NULL, 'Tesco', -0.01, '{"enrichment": null, "meta": {"provider_category": "POS"}}', '2025-10-26 00:00:11+00', 'EXPENSE', NULL, 'None', false, 2, NULL, 1),
    (4, 1, 'tx-4', 'norm-tx-4', '2025-02-01 00:00:00+00', 'AMAZON REFUND', -12.50, 'GBP', 'CREDIT', 'CREDIT', 'Amazon', 0.00, '{}', '2025-10-26 00:00:12+00', 'INCOME', 'A book', 'AMZN RTN', true, 1, 1, NULL),
    (5, 2, 'tx-1', 'norm-tx-5', '2024-02-29 23:59:59+00', 'UBER *TRIP', 17.00, 'EUR', 'DEBIT', 'PURCHASE', 'Uber', 400.10, '{"enrichment": {"primary_category": "Transport", "enrichment_source": "rule"}}', '2025-10-26 00:00:13+00', 'LIABILITY', NULL, 'Matched', true, NULL, NULL, 1),
    (6, 5, 'tx-6', 'norm-tx-6', '2024-02-28 09:00:00+00', repeat('Ein sehr langer Verwendungszweck. ', 60), 0.01, 'GBP', 'CREDIT', NULL, NULL, NULL, '[1, "a list"]', '2024-02-29 12:00:00+00', 'EQUITY', NULL, NULL, true, NULL, NULL, NULL),
    (41, 5, 'tx-7', 'norm-tx-7', '2024-02-28 10:00:00+00', 'DIRECT DEBIT E.ON NEXT', 88.40, 'GBP', 'DEBIT', 'DIRECT_DEBIT', 'E.ON', 100.00, NULL, '2024-02-29 12:00:00+00', 'ASSET', NULL, 'None', true, 2, 2, 6);

INSERT INTO truelayer_balances (id, account_id, current_balance, available_balance, overdraft, currency, snapshot_at, created_at) VALUES
    (1, 1, 1037.21, 1537.21, 500.00, 'GBP', '2025-10-26 00:30:00+00', '2025-10-26 00:30:00+00'),
    (2, 1, -0.01, NULL, NULL, 'GBP', '2025-03-30 01:00:00+00', '2025-03-30 01:00:00+00'),
    (3, 2, 400.10, 400.10, 0.00, 'EUR', '2024-02-29 23:59:59.999999+00', '2024-03-01 00:00:00+00');

INSERT INTO truelayer_cards (id, connection_id, card_id, card_name, card_type, last_four, issuer, status, last_synced_at, created_at, updated_at) VALUES
    (1, 2, 'card-1', 'Platinum Cashback', 'CREDIT', '1009', 'AMEX', 'active', '2025-03-30 01:30:00.5', '2024-05-01 08:00:00', '2025-03-30 01:30:00.5'),
    (2, 2, 'card-2', NULL, NULL, NULL, NULL, NULL, NULL, '2024-05-01 08:00:00.000001', '2024-05-01 08:00:00.000001'),
    (3, 3, 'card-1', 'Visa – Zoë', 'CREDIT', '0042', 'VISA', 'inactive', '2025-10-26 01:59:59.999999', '2024-02-01 08:00:00', '2025-10-26 02:00:00');

INSERT INTO truelayer_card_transactions (id, card_id, transaction_id, normalised_provider_id, "timestamp", description, amount, currency, transaction_type, category, merchant_name, running_balance, metadata, created_at) VALUES
    (1, 1, 'ctx-1', 'norm-ctx-1', '2025-10-26 01:30:00', 'PRET A MANGER', 4.35, 'GBP', 'DEBIT', 'PURCHASE', 'Pret', 204.35, '{''transaction_id'': ''ctx-1'', ''meta'': {''provider_category'': ''RESTAURANT'', ''cash_back'': None}, ''settled'': True}', '2025-10-26 02:00:00'),
    (2, 1, 'ctx-2', 'norm-ctx-2', '2025-03-30 01:30:00.123456', 'Café "Zoë" – O''Brien''s', 12.345678, 'GBP', 'DEBIT', NULL, NULL, NULL, '{''name'': "O''Brien''s", ''note'': ''say "hi" \\ back'', ''unicode'': ''Zoë 日本'', ''amount'': -1.5e-05, ''list'': [1, 2.50, None, False], ''tuple'': (1, ''a''), ''empty'': {}}', '2025-03-30 02:00:00'),
    (3, 2, 'ctx-3', 'norm-ctx-3', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '2024-02-29 00:00:00'),
    (4, 2, 'ctx-4', NULL, '2024-02-29 00:00:00', 'without a normalised id', -7, 'EUR', 'CREDIT', 'CREDIT', 'Shop', 0, '{}', '2024-02-29 00:00:00.000001'),
    (5, 3, NULL, NULL, '2024-12-31 23:59:59.999999', 'without any id', 0.10, 'USD', 'DEBIT', 'PURCHASE', 'Store', -0.00000001, '{"proper": "json", "n": 1.50}', '2024-12-31 23:59:59.999999'),
    (6, 3, NULL, NULL, '2024-12-31 23:59:59.999999', 'without any id', 0.10, 'USD', 'DEBIT', 'PURCHASE', 'Store', 5, 'null', '2024-12-31 23:59:59.999999');

INSERT INTO truelayer_card_balance_snapshots (id, card_id, current_balance, currency, snapshot_at, created_at) VALUES
    (1, 1, 204.35, 'GBP', '2025-10-26 01:30:00', '2025-10-26 01:30:00'),
    (2, 1, NULL, NULL, NULL, '2025-03-30 01:30:00.000001'),
    (3, 3, -12.345678901, 'USD', '2025-03-30 01:30:00.999999', '2025-03-30 02:30:00');
