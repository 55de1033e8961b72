-- $1: transactions, locked; $2: their purchases; $3: confidences. The purchase becomes the primary source, unless an
-- Amazon order is, or a person has confirmed another one.
INSERT INTO transaction_enrichment_sources (
    truelayer_transaction_id, source_type, source_id, description, order_id, match_confidence, match_method, is_primary
)
SELECT
    pair.transaction_id, 'apple', p.id,
    p.app_names || CASE WHEN p.publishers <> '' THEN ' (' || p.publishers || ')' ELSE '' END,
    p.order_id, round(pair.confidence)::integer, 'amount_date_match',
    NOT EXISTS (
        SELECT FROM transaction_enrichment_sources AS s
        WHERE
            s.truelayer_transaction_id = pair.transaction_id
            AND s.is_primary
            AND (s.user_verified OR s.source_type IN ('amazon', 'amazon_business'))
    )
FROM unnest($1::integer[], $2::integer[], $3::numeric[]) AS pair (transaction_id, purchase, confidence)
JOIN apple_transactions AS p ON p.id = pair.purchase
WHERE p.app_names <> ''
ORDER BY pair.transaction_id
ON CONFLICT (truelayer_transaction_id, source_type, source_id) DO UPDATE SET
    description = excluded.description,
    order_id = excluded.order_id,
    match_confidence = excluded.match_confidence,
    match_method = excluded.match_method,
    is_primary = transaction_enrichment_sources.is_primary OR excluded.is_primary,
    updated_at = now()
