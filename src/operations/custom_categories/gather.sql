-- $1: the user; $2: the category; $3: names of subcategories, whose transactions get it.
-- The rows are locked in the order of their ids, so that no two callers wait for each other.
WITH gathered AS (
    SELECT t.id
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE c.user_id = $1 AND t.metadata #>> '{enrichment,subcategory}' = ANY ($3)
    ORDER BY t.id
    FOR NO KEY UPDATE OF t
)
UPDATE truelayer_transactions AS t
SET
    transaction_category = $2,
    metadata = jsonb_set(t.metadata, '{enrichment,primary_category}', to_jsonb($2::text))
FROM gathered
WHERE t.id = gathered.id
