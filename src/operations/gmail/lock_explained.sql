-- $1: receipts. The transactions that they are matched to or a source of, locked.
SELECT id FROM truelayer_transactions
WHERE id IN (
    SELECT truelayer_transaction_id FROM gmail_transaction_matches WHERE gmail_receipt_id = ANY ($1)
    UNION
    SELECT truelayer_transaction_id FROM transaction_enrichment_sources
    WHERE source_type = 'gmail' AND source_id = ANY ($1)
)
ORDER BY id
FOR NO KEY UPDATE
