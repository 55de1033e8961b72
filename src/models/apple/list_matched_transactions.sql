-- $1: the user, or null for everybody; $2 and $3: first and last day, or null.
SELECT p.*, last_match.truelayer_transaction_id AS matched_bank_transaction_id
FROM apple_transactions AS p
LEFT JOIN LATERAL (
    SELECT m.truelayer_transaction_id
    FROM apple_transaction_matches AS m
    JOIN truelayer_transactions AS t ON t.id = m.truelayer_transaction_id
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE m.apple_transaction_id = p.id AND ($1::int IS NULL OR c.user_id = $1)
    ORDER BY m.matched_at DESC NULLS LAST, m.id DESC
    LIMIT 1
) AS last_match ON true
WHERE ($2::date IS NULL OR p.order_date >= $2) AND ($3::date IS NULL OR p.order_date <= $3)
ORDER BY p.order_date DESC, p.id DESC
