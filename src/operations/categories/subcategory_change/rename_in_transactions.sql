-- $1: the subcategory; $2: its new name.
UPDATE truelayer_transactions
SET metadata = jsonb_set(metadata, '{enrichment,subcategory}', to_jsonb($2::text))
WHERE subcategory_id = $1 AND jsonb_typeof(metadata -> 'enrichment') = 'object'
