-- $1: the user, or null for everybody.
WITH accounts AS (
    SELECT a.id
    FROM truelayer_accounts AS a
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE $1::int IS NULL OR c.user_id = $1
), by_currency AS (
    SELECT
        p.currency,
        count(*) AS purchases,
        min(p.order_date) AS first_day,
        max(p.order_date) AS last_day,
        sum(p.total_amount) AS spent,
        count(*) FILTER (WHERE p.id IN (
            SELECT m.apple_transaction_id
            FROM apple_transaction_matches AS m
            JOIN truelayer_transactions AS t ON t.id = m.truelayer_transaction_id
            WHERE t.account_id IN (SELECT id FROM accounts)
        )) AS matched
    FROM apple_transactions AS p
    GROUP BY p.currency
)
SELECT
    coalesce(sum(purchases), 0)::bigint AS total_purchases,
    min(first_day) AS first_day,
    max(last_day) AS last_day,
    coalesce(sum(matched), 0)::bigint AS matched,
    coalesce(array_agg(currency), '{}') AS currencies,
    coalesce(array_agg(spent), '{}') AS sums
FROM by_currency
