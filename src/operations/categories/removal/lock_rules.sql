-- $1: the category; $2: its subcategories. The rows are locked in the order of their ids, so that no two callers wait for
-- each other.
SELECT id FROM category_rules
WHERE category_id = $1 OR subcategory_id = ANY ($2)
ORDER BY id
FOR NO KEY UPDATE
