-- $1: the category; $2: its new name. The rows are locked in the order of their ids, so that no two callers wait for each
-- other.
WITH known AS (
    SELECT id FROM category_rules WHERE category_id = $1 ORDER BY id FOR NO KEY UPDATE
)
UPDATE category_rules AS rule
SET category = $2
FROM known
WHERE rule.id = known.id
