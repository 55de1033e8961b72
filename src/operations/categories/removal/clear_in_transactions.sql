-- $1: subcategories that are about to go. An enrichment loses the name of the one that its transaction has.
UPDATE truelayer_transactions AS t
SET
    subcategory_id = NULL,
    metadata = CASE
        WHEN
            jsonb_typeof(t.metadata -> 'enrichment') = 'object'
            AND t.metadata #>> '{enrichment,subcategory}' = subcategory.name
        THEN t.metadata #- '{enrichment,subcategory}'
        ELSE t.metadata
    END
FROM normalized_subcategories AS subcategory
WHERE subcategory.id = ANY ($1) AND t.subcategory_id = subcategory.id
