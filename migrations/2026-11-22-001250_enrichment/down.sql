COMMENT ON COLUMN enrichment_cache.transaction_description IS NULL;
COMMENT ON COLUMN enrichment_cache.enrichment_data IS 'The answer as JSON text.';

DROP FUNCTION categorised_by_hand(jsonb, text, text);
