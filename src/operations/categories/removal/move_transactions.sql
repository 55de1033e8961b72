-- $1: the category; $2: the one that its transactions go to; $3: the name of that.
UPDATE truelayer_transactions
SET
    category_id = $2,
    subcategory_id = NULL,
    transaction_category = coalesce($3, transaction_category),
    metadata = CASE jsonb_typeof(metadata -> 'enrichment')
        WHEN 'object' THEN jsonb_set(
            metadata #- '{enrichment,subcategory}', '{enrichment,primary_category}', coalesce(to_jsonb($3::text), 'null')
        )
        ELSE metadata
    END
WHERE category_id = $1
