-- {size} payments to Apple, half of them with the date in the text, and a fifth as many purchases, each with a payment of its
-- amount up to two days after it. The same for the same seed.
INSERT INTO users (id, email) VALUES (1, 'bench@example.com');

INSERT INTO bank_connections (id, user_id, provider_id, provider_name) VALUES (1, 1, 'bank', 'A bank');

INSERT INTO truelayer_accounts (id, connection_id, account_id, account_type, display_name, currency)
VALUES (1, 1, 'account', 'TRANSACTION', 'An account', 'GBP');

CREATE TEMPORARY TABLE payments AS
SELECT
    n,
    date '2015-01-01' + (n * 7919::bigint % 3000)::integer AS day,
    round(1 + (n * 104729::bigint + {seed}) % 20011 / 100.0, 2) AS amount
FROM generate_series(1, {size}) AS t (n);

INSERT INTO truelayer_transactions (
    account_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount, currency,
    transaction_type, pre_enrichment_status
)
SELECT
    1, 'tx' || n, 'txn-' || n, day + time '12:00' AT TIME ZONE 'UTC',
    CASE n % 2 WHEN 0 THEN 'APPLE.COM/BILL ' || n ELSE 'CARD PAYMENT TO APPLE.COM/BILL ON ' || to_char(day, 'DD-MM-YYYY') END,
    amount, 'GBP', 'DEBIT', 'Apple'
FROM payments
ORDER BY n;

INSERT INTO apple_transactions (order_id, order_date, total_amount, currency, app_names, publishers, item_count)
SELECT 'M' || n, day - n / 5 % 3, amount, 'GBP', 'App ' || n % 100, 'Maker ' || n % 10, 1
FROM payments
WHERE n % 5 = 0
ORDER BY n;

DROP TABLE payments;
ANALYZE;
