-- $1: transactions, locked; $2: their orders; $3: confidences. The order becomes the primary source, unless a person has
-- confirmed another one. A payment that a return is linked to keeps its mark.
INSERT INTO transaction_enrichment_sources (
    truelayer_transaction_id, source_type, source_id, description, order_id, match_confidence, match_method, is_primary
)
SELECT
    pair.transaction_id, 'amazon', o.id,
    CASE
        WHEN EXISTS (SELECT FROM amazon_returns AS r WHERE r.original_transaction_id = pair.transaction_id) THEN '[RETURNED] '
        ELSE ''
    END || o.product_names,
    o.order_id, round(pair.confidence)::integer, 'amount_date_match',
    NOT EXISTS (
        SELECT FROM transaction_enrichment_sources AS s
        WHERE s.truelayer_transaction_id = pair.transaction_id AND s.is_primary AND s.user_verified
    )
FROM unnest($1::integer[], $2::integer[], $3::numeric[]) AS pair (transaction_id, purchase, confidence)
JOIN amazon_orders AS o ON o.id = pair.purchase
WHERE o.product_names <> ''
ORDER BY pair.transaction_id
ON CONFLICT (truelayer_transaction_id, source_type, source_id) DO UPDATE SET
    description = excluded.description,
    order_id = excluded.order_id,
    match_confidence = excluded.match_confidence,
    match_method = excluded.match_method,
    is_primary = transaction_enrichment_sources.is_primary OR excluded.is_primary,
    updated_at = now()
