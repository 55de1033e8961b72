-- $1: transactions; $2: their orders; $3: confidences. Answers the transactions that had no match until now.
INSERT INTO truelayer_amazon_transaction_matches (truelayer_transaction_id, amazon_order_id, match_confidence)
SELECT pair.transaction_id, pair.order_row, pair.confidence
FROM unnest($1, $2, $3) AS pair (transaction_id, order_row, confidence)
JOIN truelayer_transactions AS t ON t.id = pair.transaction_id
ORDER BY pair.transaction_id
ON CONFLICT (truelayer_transaction_id) DO NOTHING
RETURNING truelayer_transaction_id AS id
