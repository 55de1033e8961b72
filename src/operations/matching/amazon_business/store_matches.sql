-- $1: transactions, locked; $2: their orders (`amazon_business_orders.id`); $3: confidences.
-- Answers the transactions that are matched now: those whose order is there.
INSERT INTO truelayer_amazon_business_matches (truelayer_transaction_id, amazon_business_order_id, match_confidence, matched_at)
SELECT pair.transaction_id, o.id, round(pair.confidence)::integer, now()
FROM unnest($1::integer[], $2::integer[], $3::numeric[]) AS pair (transaction_id, purchase, confidence)
JOIN amazon_business_orders AS o ON o.id = pair.purchase
ORDER BY pair.transaction_id
FOR KEY SHARE OF o
ON CONFLICT (truelayer_transaction_id) DO UPDATE SET
    amazon_business_order_id = excluded.amazon_business_order_id,
    match_confidence = excluded.match_confidence,
    matched_at = excluded.matched_at
RETURNING truelayer_transaction_id AS id
