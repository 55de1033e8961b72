-- So many receipts of 500 shops, thirty a day, and five times as many payments. Half of the receipts have a payment of the same
-- amount one day before them. The same every time.
INSERT INTO users (id, email) VALUES (1, 'bench@example.com');

INSERT INTO bank_connections (id, user_id, provider_id, provider_name) VALUES (1, 1, 'bank', 'A bank');

INSERT INTO truelayer_accounts (id, connection_id, account_id, account_type, display_name, currency)
VALUES (1, 1, 'account', 'TRANSACTION', 'An account', 'GBP');

INSERT INTO gmail_connections (id, user_id, email_address, access_token, refresh_token) VALUES (1, 1, 'box', 'a', 'r');

INSERT INTO truelayer_transactions (
    account_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount, currency,
    transaction_type
)
SELECT
    1,
    'tx' || n,
    'txn-' || n,
    timestamptz '2010-01-01 12:00Z' + n / 150 * interval '1 day',
    'CARD PAYMENT TO SHOP' || n / 5 % 500 || ' (VIA APPLE PAY), ON 03-04-2025',
    1 + n * 7919 % 10007 / 100.0,
    'GBP',
    'DEBIT'
FROM generate_series(0, RECEIPTS * 5 - 1) AS n;

INSERT INTO gmail_receipts (
    connection_id, message_id, sender_email, received_at, parse_confidence, parsing_status, merchant_name, total_amount,
    receipt_date
)
SELECT
    1,
    'msg' || n,
    'shop@example.com',
    timestamptz '2010-01-02 09:00Z' + n / 30 * interval '1 day',
    90,
    'parsed',
    'Shop' || n % 500 || ' Ltd',
    CASE n % 2 WHEN 0 THEN 1 + n * 5 * 7919 % 10007 / 100.0 ELSE 1000 + n END,
    date '2010-01-02' + n / 30
FROM generate_series(0, RECEIPTS - 1) AS n;

ANALYZE;
