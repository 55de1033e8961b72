-- $1: the user; $2: the category that transactions lose, with their enrichment.
-- The rows are locked in the order of their ids, so that no two callers wait for each other.
WITH hidden AS (
    SELECT t.id
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE c.user_id = $1 AND t.transaction_category = $2
    ORDER BY t.id
    FOR NO KEY UPDATE OF t
)
UPDATE truelayer_transactions AS t
SET
    transaction_category = NULL,
    metadata = CASE jsonb_typeof(t.metadata) WHEN 'object' THEN t.metadata - 'enrichment' ELSE t.metadata END
FROM hidden
WHERE t.id = hidden.id
