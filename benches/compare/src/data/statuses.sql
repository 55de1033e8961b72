-- {size} transactions whose statuses are all to be set: one in four each is Amazon's, a refund of Amazon's, Apple's, another
-- shop's. The same every time.
INSERT INTO users (id, email) VALUES (1, 'bench@example.com');

INSERT INTO bank_connections (id, user_id, provider_id, provider_name) VALUES (1, 1, 'bank', 'A bank');

INSERT INTO truelayer_accounts (id, connection_id, account_id, account_type, display_name, currency)
VALUES (1, 1, 'account', 'TRANSACTION', 'An account', 'GBP');

INSERT INTO truelayer_transactions (
    account_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount, currency,
    transaction_type, pre_enrichment_status
)
SELECT
    1, 'tx' || n, 'txn-' || n, timestamptz '2020-01-01 12:00Z' + n * interval '10 minutes',
    CASE n % 4 WHEN 0 THEN 'AMZNMktplace*' WHEN 1 THEN 'AMAZON.CO.UK REFUND ' WHEN 2 THEN 'APPLE.COM/BILL ' ELSE 'TESCO ' END || n,
    round(n % 1000 / 100.0, 2), 'GBP', CASE n % 4 WHEN 1 THEN 'CREDIT' ELSE 'DEBIT' END, NULL
FROM generate_series(1, {size}) AS t (n);

ANALYZE;
