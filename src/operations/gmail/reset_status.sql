-- $1: transactions, locked.
UPDATE truelayer_transactions AS t
SET pre_enrichment_status = 'None'
WHERE
    id = ANY ($1)
    AND pre_enrichment_status = 'Gmail'
    AND NOT EXISTS (
        SELECT FROM gmail_transaction_matches AS m
        JOIN gmail_receipts AS r ON r.id = m.gmail_receipt_id
        WHERE m.truelayer_transaction_id = t.id AND r.deleted_at IS NULL
    )
