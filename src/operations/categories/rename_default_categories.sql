-- $1: the old name; $2: the new one. The rows are locked in the order of their ids, so that no two callers wait for each
-- other.
WITH known AS (
    SELECT id FROM merchant_normalizations WHERE default_category = $1 ORDER BY id FOR NO KEY UPDATE
)
UPDATE merchant_normalizations AS merchant
SET default_category = $2
FROM known
WHERE merchant.id = known.id
