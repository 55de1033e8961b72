-- $1: returns; $2: their credits, locked. The refund becomes the primary source, unless a person has confirmed another one.
INSERT INTO transaction_enrichment_sources (
    truelayer_transaction_id, source_type, source_id, description, order_id, match_confidence, match_method, is_primary
)
SELECT
    pair.credit, 'amazon', r.id,
    '[REFUND]' || coalesce(' ' || nullif(o.product_names, ''), ''),
    r.order_id, 100, 'return_match',
    NOT EXISTS (
        SELECT FROM transaction_enrichment_sources AS s
        WHERE s.truelayer_transaction_id = pair.credit AND s.is_primary AND s.user_verified
    )
FROM unnest($1::integer[], $2::integer[]) AS pair (return_id, credit)
JOIN amazon_returns AS r ON r.id = pair.return_id
LEFT JOIN amazon_orders AS o ON o.order_id = r.order_id
ORDER BY pair.credit
ON CONFLICT (truelayer_transaction_id, source_type, source_id) DO UPDATE SET
    description = excluded.description,
    order_id = excluded.order_id,
    match_confidence = excluded.match_confidence,
    match_method = excluded.match_method,
    is_primary = transaction_enrichment_sources.is_primary OR excluded.is_primary,
    updated_at = now()
