-- $1: ids; $2: how much to add to each. The rows are locked in the order of their ids, so that no two callers wait for
-- each other.
WITH used AS (
    SELECT id FROM category_rules WHERE id = ANY ($1) ORDER BY id FOR NO KEY UPDATE
)
UPDATE category_rules AS entry
SET usage_count = entry.usage_count + added.count
FROM used
JOIN unnest($1::int[], $2::int[]) AS added (id, count) USING (id)
WHERE entry.id = used.id
