-- $1: the user, or null for everybody.
WITH accounts AS (
    SELECT a.id
    FROM truelayer_accounts AS a
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE $1::int IS NULL OR c.user_id = $1
), orders AS (
    SELECT count(*) AS total_orders, min(order_date) AS first_day, max(order_date) AS last_day
    FROM amazon_business_orders
), matched AS (
    SELECT count(*) AS matched
    FROM truelayer_amazon_business_matches AS m
    JOIN truelayer_transactions AS t ON t.id = m.truelayer_transaction_id
    WHERE t.account_id IN (SELECT id FROM accounts)
), unmatched AS (
    SELECT count(*) AS unmatched
    FROM truelayer_transactions AS t
    WHERE
        (upper(t.merchant_name) LIKE '%AMAZON%' OR upper(t.description) LIKE '%AMAZON%')
        AND upper(t.description) NOT LIKE '%AMZN MKTP%'
        AND t.account_id IN (SELECT id FROM accounts)
        AND NOT EXISTS (
            SELECT FROM truelayer_amazon_business_matches AS m WHERE m.truelayer_transaction_id = t.id
        )
        AND NOT EXISTS (
            SELECT FROM truelayer_amazon_transaction_matches AS m WHERE m.truelayer_transaction_id = t.id
        )
)
SELECT total_orders, first_day, last_day, matched, unmatched FROM orders, matched, unmatched
