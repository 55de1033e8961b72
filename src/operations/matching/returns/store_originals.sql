-- $1: payments, locked; $2: the mark. A payment without a primary source gets one.
INSERT INTO transaction_enrichment_sources (
    truelayer_transaction_id, source_type, description, match_confidence, match_method, is_primary
)
SELECT t.id, 'manual', $2 || t.description, 100, 'return_original', true
FROM truelayer_transactions AS t
WHERE
    t.id = ANY ($1)
    AND NOT EXISTS (
        SELECT FROM transaction_enrichment_sources AS s WHERE s.truelayer_transaction_id = t.id AND s.is_primary
    )
ORDER BY t.id
