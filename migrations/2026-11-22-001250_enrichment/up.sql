-- What a person set, and no rule or model may write over.
CREATE FUNCTION categorised_by_hand(metadata jsonb, category text, subcategory text) RETURNS boolean AS $$
    SELECT
        coalesce(
            metadata #>> '{enrichment,enrichment_source}' = 'manual' OR metadata #>> '{enrichment,llm_provider}' = 'manual',
            false
        )
        OR category IS NOT NULL AND category IS DISTINCT FROM metadata #>> '{enrichment,primary_category}'
        OR subcategory IS NOT NULL AND subcategory IS DISTINCT FROM metadata #>> '{enrichment,subcategory}'
$$ LANGUAGE sql IMMUTABLE PARALLEL SAFE;

COMMENT ON FUNCTION categorised_by_hand(jsonb, text, text) IS
    'Whether a person chose the category of a transaction: its enrichment says `manual`, or its managed category or subcategory (their names) is another one than its enrichment gives.';

COMMENT ON COLUMN enrichment_cache.enrichment_data IS 'The answer as JSON text; while the question is being asked `reserved ` and by whom.';
COMMENT ON COLUMN enrichment_cache.transaction_description IS 'The bank''s text; where purchases explain the transaction with ` #` and a SHA-256 of what they tell.';
