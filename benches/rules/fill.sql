-- {transactions} transactions at 5,000 shops in the spellings of a bank; 1,000 rules that know 900 of the shops, one in ten of
-- them by an expression. The same every time.
INSERT INTO users (id, email) VALUES (1, 'bench@example.com');

INSERT INTO bank_connections (id, user_id, provider_id, provider_name) VALUES (1, 1, 'bank', 'A bank');

INSERT INTO truelayer_accounts (id, connection_id, account_id, account_type, display_name, currency)
VALUES (1, 1, 'account', 'TRANSACTION', 'An account', 'GBP');

CREATE TEMPORARY TABLE shops AS
SELECT n AS shop, upper(substr(md5(n::text), 1, 8)) AS name FROM generate_series(0, 4999) AS n;

INSERT INTO truelayer_transactions (
    account_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount, currency,
    transaction_type
)
SELECT
    1,
    'tx' || n,
    'txn-' || n,
    timestamptz '2020-01-01 00:00Z' + n * interval '30 minutes',
    CASE n % 4
        WHEN 0 THEN 'CARD PAYMENT TO ' || name || ' ON 03-04-2025'
        WHEN 1 THEN name || ' STORES (VIA APPLE PAY), ON 03-04-2025'
        WHEN 2 THEN 'DIRECT DEBIT PAYMENT TO ' || name || ' LTD REF A-' || n || ' MANDATE NO ' || n
        ELSE name || ' LEEDS'
    END,
    n % 10000 / 100.0,
    'GBP',
    'DEBIT'
FROM generate_series(0, {transactions} - 1) AS t (n)
JOIN shops ON shops.shop = t.n * 7919 % 5000;

INSERT INTO category_rules (rule_name, description_pattern, pattern_type, category, priority)
SELECT
    'Rule ' || shop,
    CASE shop % 10
        WHEN 0 THEN '\b' || lower(name) || '\s+(stores|ltd|on)\b'
        WHEN 2 THEN name || ' Leeds'
        ELSE initcap(name)
    END,
    CASE shop % 10 WHEN 0 THEN 'regex' WHEN 1 THEN 'starts_with' WHEN 2 THEN 'exact' ELSE 'contains' END,
    'Category ' || shop % 20,
    shop % 100
FROM shops
WHERE shop < 700;

INSERT INTO merchant_normalizations (pattern, pattern_type, normalized_name, default_category, priority)
SELECT
    CASE shop % 10 WHEN 0 THEN '^(card payment to )?' || name || '\s\w+' ELSE name END,
    CASE shop % 10 WHEN 0 THEN 'regex' WHEN 1 THEN 'starts_with' ELSE 'contains' END,
    'Shop ' || shop,
    'Category ' || shop % 20,
    shop % 100
FROM shops
WHERE shop >= 600 AND shop < 900;

ANALYZE;
