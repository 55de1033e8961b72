DROP TABLE llm_enrichment_failures;
DROP TABLE enrichment_cache;
DROP TABLE transaction_enrichment_sources;
DROP FUNCTION transaction_enrichment_sources_keep_single_primary();
