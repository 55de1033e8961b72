-- Credits by Amazon that no return is linked to. $1: the user, or null for everybody; $2: what says Amazon.
SELECT
    t.id,
    t.normalised_provider_transaction_id AS transaction,
    (t."timestamp" AT TIME ZONE 'UTC')::date AS day,
    t.amount,
    t.currency,
    c.user_id AS owner
FROM truelayer_transactions AS t
JOIN truelayer_accounts AS a ON a.id = t.account_id
JOIN bank_connections AS c ON c.id = a.connection_id
WHERE
    ($1::int IS NULL OR c.user_id = $1)
    AND t.transaction_type = 'CREDIT'
    AND (t.description ~* $2 OR t.merchant_name ~* $2)
    AND NOT EXISTS (SELECT FROM amazon_returns AS r WHERE r.refund_transaction_id = t.id)
ORDER BY day, t.id
