-- $1: transactions. Those that are said to be matched and are not, with what decides their status.
SELECT
    t.id,
    t.description,
    coalesce(t.merchant_name, '') AS merchant,
    t.transaction_type,
    t.pre_enrichment_status AS status,
    CASE
        WHEN EXISTS (
            SELECT FROM gmail_transaction_matches AS m
            JOIN gmail_receipts AS r ON r.id = m.gmail_receipt_id
            WHERE m.truelayer_transaction_id = t.id AND r.deleted_at IS NULL
        )
        THEN 'Gmail'
    END AS matched
FROM truelayer_transactions AS t
WHERE
    t.id = ANY ($1)
    AND t.pre_enrichment_status IN ('Matched', 'AMZN BIZ')
    AND NOT EXISTS (SELECT FROM truelayer_amazon_transaction_matches AS m WHERE m.truelayer_transaction_id = t.id)
    AND NOT EXISTS (SELECT FROM truelayer_amazon_business_matches AS m WHERE m.truelayer_transaction_id = t.id)
    AND NOT EXISTS (SELECT FROM apple_transaction_matches AS m WHERE m.truelayer_transaction_id = t.id)
    AND NOT EXISTS (SELECT FROM amazon_returns AS r WHERE r.refund_transaction_id = t.id)
