-- $1: the category; $2: the one that its rules go to; $3: the name of that.
UPDATE category_rules
SET category_id = $2, category = coalesce($3, category), subcategory_id = NULL, subcategory = NULL
WHERE category_id = $1
