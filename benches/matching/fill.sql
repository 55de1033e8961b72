-- {transactions} payments to Amazon and a fifth as many orders, with {amounts} amounts on {days} days. The same every time.
TRUNCATE users, truelayer_transactions, amazon_orders CASCADE;

INSERT INTO users (id, email) VALUES (1, 'bench@example.com');

INSERT INTO bank_connections (id, user_id, provider_id, provider_name) VALUES (1, 1, 'bank', 'A bank');

INSERT INTO truelayer_accounts (id, connection_id, account_id, account_type, display_name, currency)
VALUES (1, 1, 'account', 'TRANSACTION', 'An account', 'GBP');

INSERT INTO truelayer_transactions (
    account_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount, currency,
    transaction_type, pre_enrichment_status
)
SELECT
    1,
    'tx' || n,
    'txn-' || n,
    timestamptz '2020-01-01 12:00Z' + n * 7919::bigint % {days} * interval '1 day',
    'CARD PAYMENT TO AMZNMktplace*' || n,
    1 + n * 104729::bigint % {amounts} / 100.0,
    'GBP',
    'DEBIT',
    'AMZN'
FROM generate_series(1, {transactions}) AS t (n);

INSERT INTO amazon_orders (order_id, order_date, website, currency, total_owed, product_names)
SELECT
    'order' || n,
    date '2020-01-01' + (n * 5 * 7919::bigint % {days})::integer,
    'Amazon.co.uk',
    'GBP',
    1 + n * 5 * 104729::bigint % {amounts} / 100.0,
    'Desk lamp'
FROM generate_series(1, {transactions} / 5) AS t (n);

ANALYZE truelayer_transactions, amazon_orders;
