-- $1: transactions that were matched just now. Their order becomes their primary source, unless a person has confirmed
-- another one.
INSERT INTO transaction_enrichment_sources (
    truelayer_transaction_id, source_type, source_id, description, order_id, match_confidence, match_method, is_primary
)
SELECT
    m.truelayer_transaction_id, 'amazon', o.id, o.product_names, o.order_id, round(m.match_confidence)::integer,
    'amount_date_match',
    NOT EXISTS (
        SELECT FROM transaction_enrichment_sources AS s
        WHERE s.truelayer_transaction_id = m.truelayer_transaction_id AND s.is_primary AND s.user_verified
    )
FROM truelayer_amazon_transaction_matches AS m
JOIN amazon_orders AS o ON o.id = m.amazon_order_id
WHERE m.truelayer_transaction_id = ANY ($1) AND o.product_names <> ''
ORDER BY m.truelayer_transaction_id
ON CONFLICT (truelayer_transaction_id, source_type, source_id) DO UPDATE SET
    description = excluded.description,
    order_id = excluded.order_id,
    match_confidence = excluded.match_confidence,
    match_method = excluded.match_method,
    is_primary = transaction_enrichment_sources.is_primary OR excluded.is_primary
