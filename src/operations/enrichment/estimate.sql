-- $1: the user, or null for everybody.
SELECT
    count(*) AS transactions,
    count(*) FILTER (WHERE is_answered) AS answered_by_cache,
    count(DISTINCT (description, transaction_type)) FILTER (WHERE NOT is_answered) AS questions
FROM (
    SELECT t.description, t.transaction_type, coalesce(cache.enrichment_data, '') LIKE '{%' AS is_answered
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS account ON account.id = t.account_id
    JOIN bank_connections AS connection ON connection.id = account.connection_id
    LEFT JOIN enrichment_cache AS cache
        ON cache.transaction_description = t.description
        AND cache.transaction_direction = CASE t.transaction_type WHEN 'CREDIT' THEN 'in' ELSE 'out' END
    WHERE
        ($1::integer IS NULL OR connection.user_id = $1)
        AND t.enrichment_required
        AND coalesce(t.metadata #>> '{enrichment,primary_category}', '') = ''
) AS waiting
