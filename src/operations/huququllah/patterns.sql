-- $1: the user, or null for everybody.
SELECT
    category,
    essential,
    discretionary,
    round(essential * 100.0 / (essential + discretionary), 1) AS essential_percent,
    CASE WHEN essential > discretionary THEN 'essential' ELSE 'discretionary' END AS mostly
FROM (
    SELECT
        t.transaction_category AS category,
        count(*) FILTER (WHERE told.class = 'essential') AS essential,
        count(*) FILTER (WHERE told.class = 'discretionary') AS discretionary
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS account ON account.id = t.account_id
    JOIN bank_connections AS connection ON connection.id = account.connection_id
    CROSS JOIN LATERAL (
        SELECT lower(coalesce(
            nullif(t.metadata ->> 'huququllah_classification', ''),
            nullif(t.metadata #>> '{enrichment,essential_discretionary}', '')
        )) AS class
    ) AS told
    WHERE
        ($1::integer IS NULL OR connection.user_id = $1)
        AND t.transaction_type = 'DEBIT'
        AND t.transaction_category <> ''
        AND told.class IN ('essential', 'discretionary')
    GROUP BY t.transaction_category
) AS counted
ORDER BY category COLLATE "C"
