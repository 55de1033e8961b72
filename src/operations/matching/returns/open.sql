-- Returns without a payment, each with the payment of its order. $1: the user, or null for everybody.
WITH originals AS (
    SELECT DISTINCT ON (o.order_id)
        o.order_id,
        t.id,
        t.normalised_provider_transaction_id AS transaction,
        c.user_id AS owner
    FROM amazon_orders AS o
    JOIN truelayer_amazon_transaction_matches AS m ON m.amazon_order_id = o.id
    JOIN truelayer_transactions AS t ON t.id = m.truelayer_transaction_id
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE
        t.transaction_type = 'DEBIT'
        AND o.order_id IN (SELECT order_id FROM amazon_returns WHERE original_transaction_id IS NULL)
    ORDER BY o.order_id, (c.user_id = $1) DESC, t."timestamp", t.id
)
SELECT
    r.id,
    r.reversal_id,
    r.order_id,
    r.refund_completion_date AS day,
    r.amount_refunded AS amount,
    r.currency,
    o.id IS NOT NULL AS ordered,
    p.id AS original,
    p.transaction AS original_transaction,
    p.owner
FROM amazon_returns AS r
LEFT JOIN amazon_orders AS o ON o.order_id = r.order_id
LEFT JOIN originals AS p ON p.order_id = r.order_id
WHERE r.original_transaction_id IS NULL AND ($1::int IS NULL OR p.owner IS NULL OR p.owner = $1)
ORDER BY r.id
