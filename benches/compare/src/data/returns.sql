-- {size} bank transactions: payments to Amazon, each matched to its order, and a fifth as many refunds, each with its credit two
-- days before the refund. The same every time.
INSERT INTO users (id, email) VALUES (1, 'bench@example.com');

INSERT INTO bank_connections (id, user_id, provider_id, provider_name) VALUES (1, 1, 'bank', 'A bank');

INSERT INTO truelayer_accounts (id, connection_id, account_id, account_type, display_name, currency)
VALUES (1, 1, 'account', 'TRANSACTION', 'An account', 'GBP');

INSERT INTO truelayer_transactions (
    id, account_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount, currency,
    transaction_type, pre_enrichment_status
)
SELECT
    n, 1, 'tx' || n, 'txn-' || n,
    timestamptz '2015-01-01 12:00Z' + (n * 7919::bigint % 3000 + CASE n % 6 WHEN 0 THEN 8 ELSE 0 END) * interval '1 day',
    CASE n % 6 WHEN 0 THEN 'AMAZON.CO.UK REFUND ' ELSE 'CARD PAYMENT TO AMZNMktplace*' END || n,
    round(1 + n * 104729::bigint % 100003 / 100.0, 2),
    'GBP',
    CASE n % 6 WHEN 0 THEN 'CREDIT' ELSE 'DEBIT' END,
    CASE n % 6 WHEN 0 THEN 'AMZN RTN' ELSE 'Matched' END
FROM generate_series(1, {size}) AS t (n);

INSERT INTO amazon_orders (id, order_id, order_date, website, currency, total_owed, product_names)
SELECT id, 'order' || id, "timestamp"::date, 'Amazon.co.uk', 'GBP', amount, 'Desk lamp'
FROM truelayer_transactions
WHERE transaction_type = 'DEBIT';

INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
SELECT id, id, 100 FROM amazon_orders;

INSERT INTO transaction_enrichment_sources (
    truelayer_transaction_id, source_type, source_id, description, order_id, match_confidence, match_method, is_primary
)
SELECT id, 'amazon', id, product_names, order_id, 100, 'amount_date_match', true FROM amazon_orders;

INSERT INTO amazon_returns (order_id, reversal_id, refund_completion_date, currency, amount_refunded, status)
SELECT 'order' || id - 1, 'reversal' || id, "timestamp"::date + 2, 'GBP', amount, 'Completed'
FROM truelayer_transactions
WHERE transaction_type = 'CREDIT'
ORDER BY id;

SELECT setval('truelayer_transactions_id_seq', {size}), setval('amazon_orders_id_seq', {size});
ANALYZE;
