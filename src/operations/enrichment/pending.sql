-- $1: the user, or null for everybody.
SELECT
    count(*) FILTER (WHERE waits AND failed_at IS NULL AND NOT is_answered) AS waiting,
    count(*) FILTER (WHERE waits AND failed_at IS NULL AND is_answered) AS answered_by_cache,
    count(*) FILTER (WHERE waits AND failed_at IS NOT NULL) AS failed,
    count(*) FILTER (WHERE is_enriched) AS enriched,
    count(*) AS total
FROM (
    SELECT
        state.is_enriched,
        t.enrichment_required
            AND NOT state.is_enriched
            AND NOT categorised_by_hand(t.metadata, category.name, subcategory.name) AS waits,
        failure.failed_at,
        coalesce(cache.enrichment_data, '') LIKE '{%' AS is_answered
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS account ON account.id = t.account_id
    JOIN bank_connections AS connection ON connection.id = account.connection_id
    CROSS JOIN LATERAL (SELECT coalesce(t.metadata #>> '{enrichment,primary_category}', '') <> '' AS is_enriched) AS state
    LEFT JOIN normalized_categories AS category ON category.id = t.category_id
    LEFT JOIN normalized_subcategories AS subcategory ON subcategory.id = t.subcategory_id
    LEFT JOIN llm_enrichment_failures AS failure ON failure.transaction_id = t.id
    LEFT JOIN enrichment_cache AS cache
        ON cache.transaction_description = t.description
        AND cache.transaction_direction = CASE t.transaction_type WHEN 'CREDIT' THEN 'in' ELSE 'out' END
        AND NOT EXISTS (SELECT FROM transaction_enrichment_sources AS source WHERE source.truelayer_transaction_id = t.id)
    WHERE $1::integer IS NULL OR connection.user_id = $1
) AS transactions
