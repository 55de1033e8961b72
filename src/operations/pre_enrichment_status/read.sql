-- $1: the user, or null for everybody. Every transaction with what decides its status.
SELECT
    t.id,
    t.description,
    coalesce(t.merchant_name, '') AS merchant,
    t.transaction_type,
    t.pre_enrichment_status AS status,
    CASE
        WHEN
            t.id IN (SELECT truelayer_transaction_id FROM truelayer_amazon_transaction_matches)
            OR t.id IN (SELECT truelayer_transaction_id FROM truelayer_amazon_business_matches)
            OR t.id IN (SELECT truelayer_transaction_id FROM apple_transaction_matches)
            OR t.id IN (SELECT refund_transaction_id FROM amazon_returns WHERE refund_transaction_id IS NOT NULL)
        THEN 'Matched'
        WHEN t.id IN (
            SELECT m.truelayer_transaction_id FROM gmail_transaction_matches AS m
            JOIN gmail_receipts AS r ON r.id = m.gmail_receipt_id
            WHERE r.deleted_at IS NULL
        )
        THEN 'Gmail'
    END AS matched
FROM truelayer_transactions AS t
JOIN truelayer_accounts AS a ON a.id = t.account_id
JOIN bank_connections AS c ON c.id = a.connection_id
WHERE $1::int IS NULL OR c.user_id = $1
