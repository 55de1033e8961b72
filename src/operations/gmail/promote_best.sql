-- $1: transactions, locked. Each that has sources but no primary one gets the best: what a person verified, then orders and
-- purchases, then the surest, then the oldest.
UPDATE transaction_enrichment_sources
SET is_primary = true
WHERE id IN (
    SELECT DISTINCT ON (truelayer_transaction_id) id
    FROM transaction_enrichment_sources AS source
    WHERE
        truelayer_transaction_id = ANY ($1)
        AND NOT EXISTS (
            SELECT FROM transaction_enrichment_sources AS present
            WHERE present.truelayer_transaction_id = source.truelayer_transaction_id AND present.is_primary
        )
    ORDER BY
        truelayer_transaction_id,
        user_verified DESC,
        array_position(ARRAY['amazon', 'amazon_business', 'apple'], source_type),
        match_confidence DESC,
        created_at,
        id
)
