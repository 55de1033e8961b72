-- $1: the user, or null for everybody.
WITH accounts AS (
    SELECT a.id
    FROM truelayer_accounts AS a
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE $1::int IS NULL OR c.user_id = $1
), by_currency AS (
    SELECT
        r.currency,
        count(*) AS returns,
        min(r.refund_completion_date) AS first_day,
        max(r.refund_completion_date) AS last_day,
        sum(r.amount_refunded) AS refunded,
        count(*) FILTER (WHERE t.account_id IN (SELECT id FROM accounts)) AS matched
    FROM amazon_returns AS r
    LEFT JOIN truelayer_transactions AS t ON t.id = r.original_transaction_id
    GROUP BY r.currency
)
SELECT
    coalesce(sum(returns), 0)::bigint AS total_returns,
    min(first_day) AS first_day,
    max(last_day) AS last_day,
    coalesce(sum(matched), 0)::bigint AS matched,
    coalesce(array_agg(currency), '{}') AS currencies,
    coalesce(array_agg(refunded), '{}') AS sums
FROM by_currency
