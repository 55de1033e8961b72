-- $1: the subcategory; $2: its new category; $3: the name of that.
UPDATE truelayer_transactions
SET
    category_id = $2,
    transaction_category = $3,
    metadata = CASE jsonb_typeof(metadata -> 'enrichment')
        WHEN 'object' THEN jsonb_set(metadata, '{enrichment,primary_category}', to_jsonb($3::text))
        ELSE metadata
    END
WHERE subcategory_id = $1
