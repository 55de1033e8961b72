-- $1: the user, or null for everybody; $2 and $3: first and last day.
WITH accounts AS (
    SELECT a.id
    FROM truelayer_accounts AS a
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE $1::int IS NULL OR c.user_id = $1
), payments AS (
    SELECT count(*) AS payments, count(m.id) AS matched
    FROM truelayer_transactions AS t
    LEFT JOIN truelayer_amazon_transaction_matches AS m ON m.truelayer_transaction_id = t.id
    WHERE
        (
            upper(t.merchant_name) LIKE '%AMAZON%'
            OR upper(t.merchant_name) LIKE '%AMZN%'
            OR upper(t.description) LIKE '%AMAZON%'
            OR upper(t.description) LIKE '%AMZN%'
        )
        AND t.account_id IN (SELECT id FROM accounts)
        AND t."timestamp" >= $2::date::timestamp AT TIME ZONE 'UTC'
        AND t."timestamp" < ($3::date + 1)::timestamp AT TIME ZONE 'UTC'
), orders AS (
    SELECT count(*) AS orders FROM amazon_orders WHERE $2 <= $3 AND order_date BETWEEN $2 - 3 AND $3 + 3
)
SELECT payments, orders, matched FROM payments, orders
