-- What was spent by class, a line a currency. $1: the user, or null for everybody; $2 and $3: from this instant, before that
-- one, or null.
SELECT
    currency,
    coalesce(sum(amount) FILTER (WHERE class = 'essential'), 0) AS essential,
    coalesce(sum(amount) FILTER (WHERE class = 'discretionary'), 0) AS discretionary,
    count(*) FILTER (WHERE class IS NULL OR class NOT IN ('essential', 'discretionary')) AS unclassified
FROM (
    SELECT
        t.currency,
        t.amount,
        lower(coalesce(
            nullif(t.metadata ->> 'huququllah_classification', ''),
            nullif(t.metadata #>> '{enrichment,essential_discretionary}', '')
        )) AS class
    FROM truelayer_transactions AS t
    WHERE
        ($1::int IS NULL OR t.account_id IN (
            SELECT a.id
            FROM truelayer_accounts AS a
            JOIN bank_connections AS c ON c.id = a.connection_id
            WHERE c.user_id = $1
        ))
        AND t.transaction_type = 'DEBIT'
        AND t.amount > 0
        AND t."timestamp" >= coalesce($2, '-infinity'::timestamptz)
        AND t."timestamp" < coalesce($3, 'infinity'::timestamptz)
    -- Keeps the planner from working out the class once for each of the figures above.
    OFFSET 0
) AS debit
GROUP BY currency
ORDER BY count(*) DESC, currency
