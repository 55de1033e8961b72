-- $1: the category; $2: its new name. The rows are locked in the order of their ids, so that no two callers wait for each
-- other.
WITH known AS (
    SELECT id FROM truelayer_transactions WHERE category_id = $1 ORDER BY id FOR NO KEY UPDATE
)
UPDATE truelayer_transactions AS t
SET
    transaction_category = $2,
    metadata = CASE jsonb_typeof(t.metadata -> 'enrichment')
        WHEN 'object' THEN jsonb_set(t.metadata, '{enrichment,primary_category}', to_jsonb($2::text))
        ELSE t.metadata
    END
FROM known
WHERE t.id = known.id
