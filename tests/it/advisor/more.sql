INSERT INTO truelayer_transactions (
    account_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount, currency,
    transaction_type, transaction_category, merchant_name, metadata, enrichment_required, import_job_id
)
SELECT 1 + n % 20000, 'tx' || n, 'txn-' || n, timestamptz '2020-01-01 00:00Z' + n * interval '3 minutes',
       'PAYMENT ' || n, n % 10000 / 100.0, 'GBP', CASE WHEN n % 10 = 0 THEN 'CREDIT' ELSE 'DEBIT' END, 'category' || n % 200,
       'Merchant ' || n % 500,
       CASE WHEN n % 100 = 0 THEN '{}' ELSE '{"enrichment": {"primary_category": "Shopping"}}' END::jsonb, n % 100 = 0,
       1 + n % 20000
FROM generate_series(100000, {last}) n;

ANALYZE;
