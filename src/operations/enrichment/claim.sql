-- The next transactions that wait for enrichment, newest first, with what explains them and what the cache answers; locked,
-- and those that others have locked are passed over.
-- Below stands `waiting.sql` with its values; $8 and $9: only what comes after this time and id, or null; $10: at most so many.
WITH claimed AS (
    SELECT t.id, t."timestamp", t.description, t.transaction_type, t.merchant_name
    $waiting
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
