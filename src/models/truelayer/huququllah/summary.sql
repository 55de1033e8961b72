-- What was spent by class, a line a currency. $1: the user, or null for everybody; $2 and $3: from this instant, before that
-- one, or null. The class of a transaction is worked out once, for the inner groups.
SELECT
    currency,
    coalesce(sum(amount) FILTER (WHERE class = 'essential'), 0) AS essential,
    coalesce(sum(amount) FILTER (WHERE class = 'discretionary'), 0) AS discretionary,
    coalesce(sum(debits) FILTER (WHERE class IS NULL OR class NOT IN ('essential', 'discretionary')), 0)::bigint AS unclassified
FROM (
    SELECT
        t.currency,
        lower(coalesce(
            nullif(t.metadata ->> 'huququllah_classification', ''),
            nullif(t.metadata #>> '{enrichment,essential_discretionary}', '')
        )) AS class,
        sum(t.amount) AS amount,
        count(*) AS debits
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
    GROUP BY t.currency, class
) AS by_class
GROUP BY currency
ORDER BY sum(debits) DESC, currency
