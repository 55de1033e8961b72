-- The next transactions that wait for enrichment, newest first, with what explains them and what the cache answers; locked,
-- and those that others have locked are passed over.
-- $1: the user; $2: only these, or null; $3: only this direction, or null; $4: whether enriched ones are taken too;
-- $5: whether failed ones are taken at once; $6: else after so many seconds, twice as many after each further failure;
-- $7: and so often; $8 and $9: only what comes after this time and id, or null; $10: at most so many.
WITH claimed AS (
    SELECT t.id, t."timestamp", t.description, t.transaction_type, t.merchant_name
    FROM truelayer_transactions AS t
    LEFT JOIN normalized_categories AS category ON category.id = t.category_id
    LEFT JOIN normalized_subcategories AS subcategory ON subcategory.id = t.subcategory_id
    LEFT JOIN llm_enrichment_failures AS failure ON failure.transaction_id = t.id
    WHERE
        t.account_id IN (
            SELECT account.id
            FROM truelayer_accounts AS account
            JOIN bank_connections AS connection ON connection.id = account.connection_id
            WHERE connection.user_id = $1
        )
        AND ($2::integer[] IS NULL OR t.id = ANY ($2))
        AND ($3::text IS NULL OR t.transaction_type = $3)
        AND ($4 OR t.enrichment_required AND coalesce(t.metadata #>> '{enrichment,primary_category}', '') = '')
        AND NOT categorised_by_hand(t.metadata, category.name, subcategory.name)
        AND (
            $5
            OR failure.id IS NULL
            OR failure.retry_count < $7
            AND failure.failed_at <= now() - make_interval(secs => $6 * 2 ^ least(failure.retry_count, 20))
        )
        AND ($8::timestamptz IS NULL OR t."timestamp" <= $8 AND (t."timestamp", t.id) < ($8, $9::integer))
    ORDER BY t."timestamp" DESC, t.id DESC
    LIMIT $10
    FOR NO KEY UPDATE OF t SKIP LOCKED
),
explained AS (
    SELECT
        claimed.*,
        told.sources,
        claimed.description || coalesce(' #' || encode(sha256(convert_to(told.sources::text, 'UTF8')), 'hex'), '') AS question,
        CASE claimed.transaction_type WHEN 'CREDIT' THEN 'in' ELSE 'out' END AS direction
    FROM claimed
    LEFT JOIN LATERAL (
        SELECT
            jsonb_agg(
                jsonb_build_object('source_type', source.source_type, 'description', source.description)
                ORDER BY source.is_primary DESC, source.match_confidence DESC, source.created_at, source.id
            ) AS sources
        FROM transaction_enrichment_sources AS source
        WHERE source.truelayer_transaction_id = claimed.id
    ) AS told ON true
)
SELECT explained.*, cache.id AS cache_id, cache.enrichment_data AS cached
FROM explained
LEFT JOIN enrichment_cache AS cache
    ON cache.transaction_description = explained.question AND cache.transaction_direction = explained.direction
ORDER BY explained."timestamp" DESC, explained.id DESC
