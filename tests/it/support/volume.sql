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
    transaction_type, merchant_name, metadata, import_job_id
)
SELECT 1 + n % 20000, 'tx' || n, 'txn-' || n, timestamptz '2020-01-01 00:00Z' + n * interval '30 minutes',
       'PAYMENT ' || n, n % 10000 / 100.0, 'GBP', CASE WHEN n % 10 = 0 THEN 'CREDIT' ELSE 'DEBIT' END, 'Merchant ' || n % 500,
       CASE WHEN n % 100 = 0 THEN '{}' ELSE '{"enrichment": {"primary_category": "Shopping"}}' END::jsonb, 1 + n % 20000
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

INSERT INTO oauth_state (user_id, state, code_verifier, expires_at)
SELECT 1 + n % 2000, 'state' || n, 'verifier', now() + (1 + n % 600) * interval '1 second' FROM generate_series(0, 19999) n;

ANALYZE;
