-- $1: subcategories that are about to go.
UPDATE category_rules SET subcategory_id = NULL, subcategory = NULL WHERE subcategory_id = ANY ($1)
