-- How far each source of receipts reaches, as one JSON object. $1: the user. Orders and purchases have no owner.
WITH bank AS (
    SELECT
        (max(t."timestamp") AT TIME ZONE 'UTC')::date AS newest,
        (min(t."timestamp") AT TIME ZONE 'UTC')::date AS oldest,
        count(*) AS rows
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE c.user_id = $1
),
amazon AS (
    SELECT max(order_date) AS newest, min(order_date) AS oldest, count(*) AS rows FROM amazon_orders
),
apple AS (
    SELECT max(order_date) AS newest, min(order_date) AS oldest, count(*) AS rows FROM apple_transactions
),
gmail AS (
    SELECT max(r.receipt_date) AS newest, min(r.receipt_date) AS oldest, count(*) AS rows
    FROM gmail_receipts AS r
    JOIN gmail_connections AS c ON c.id = r.connection_id
    WHERE c.user_id = $1 AND r.deleted_at IS NULL
)
SELECT jsonb_build_object(
    'bank', to_jsonb(bank),
    'amazon', to_jsonb(amazon),
    'apple', to_jsonb(apple),
    'gmail', to_jsonb(gmail)
) AS coverage
FROM bank, amazon, apple, gmail
