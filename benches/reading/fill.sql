INSERT INTO users (email) VALUES ('reader@example.org');
INSERT INTO bank_connections (user_id, provider_id, provider_name, connection_status)
VALUES (1, 'bank', 'A bank', 'active');
INSERT INTO truelayer_accounts (connection_id, account_id, account_type, display_name, currency)
VALUES (1, 'account', 'TRANSACTION', 'Current', 'GBP');
INSERT INTO truelayer_transactions (
    account_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount, currency,
    transaction_type, merchant_name, running_balance, metadata
)
SELECT
    1, 't' || i, 'n' || i, timestamptz '2025-01-01 00:00Z' + i * interval '1 hour', 'CARD PAYMENT TO A SHOP ' || i, 12.34, 'GBP',
    'DEBIT', 'A shop', 1234.56,
    '{"provider_id": "x", "enrichment": {"primary_category": "Groceries", "subcategory": "Supermarket", "confidence_score": 0.95}}'
FROM generate_series(1, 1000) AS i;
ANALYZE;
