-- $1: transactions without a primary source.
UPDATE transaction_enrichment_sources
SET is_primary = true
WHERE id IN (
    SELECT DISTINCT ON (truelayer_transaction_id) id
    FROM transaction_enrichment_sources
    WHERE truelayer_transaction_id = ANY ($1)
    ORDER BY truelayer_transaction_id, user_verified DESC, match_confidence DESC, created_at, id
)
