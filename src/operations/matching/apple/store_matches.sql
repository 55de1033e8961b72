-- $1: transactions, locked; $2: their purchases (`apple_transactions.id`); $3: confidences.
-- Answers the transactions that are matched now: those whose purchase is there.
INSERT INTO apple_transaction_matches (truelayer_transaction_id, apple_transaction_id, match_confidence, matched_at)
SELECT pair.transaction_id, p.id, round(pair.confidence)::integer, now()
FROM unnest($1::integer[], $2::integer[], $3::numeric[]) AS pair (transaction_id, purchase, confidence)
JOIN apple_transactions AS p ON p.id = pair.purchase
ORDER BY pair.transaction_id
FOR KEY SHARE OF p
ON CONFLICT (truelayer_transaction_id) DO UPDATE SET
    apple_transaction_id = excluded.apple_transaction_id,
    match_confidence = excluded.match_confidence,
    matched_at = excluded.matched_at
RETURNING truelayer_transaction_id AS id
