-- What was spent by class, a line a currency. $1: the user, or null for everybody; $2 and $3: from this instant, before that
-- one, or null.
SELECT
    t.currency,
    coalesce(sum(t.amount) FILTER (WHERE c.class = 'essential'), 0) AS essential,
    coalesce(sum(t.amount) FILTER (WHERE c.class = 'discretionary'), 0) AS discretionary,
    count(*) FILTER (WHERE c.class IS NULL OR c.class NOT IN ('essential', 'discretionary')) AS unclassified
FROM truelayer_transactions AS t
-- As a function in FROM it is worked out once a row, not once for each figure, and parallel workers can do it.
CROSS JOIN LATERAL lower(coalesce(
    nullif(t.metadata ->> 'huququllah_classification', ''),
    nullif(t.metadata #>> '{enrichment,essential_discretionary}', '')
) COLLATE "C") AS c (class)
WHERE
    ($1::int IS NULL OR t.account_id IN (
        SELECT a.id
        FROM truelayer_accounts AS a
        JOIN bank_connections AS b ON b.id = a.connection_id
        WHERE b.user_id = $1
    ))
    AND t.transaction_type = 'DEBIT'
    AND t.amount > 0
    AND t."timestamp" >= coalesce($2, '-infinity'::timestamptz)
    AND t."timestamp" < coalesce($3, 'infinity'::timestamptz)
GROUP BY t.currency
ORDER BY count(*) DESC, t.currency
