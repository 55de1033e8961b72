DROP VIEW truelayer_balance_snapshots;
DROP VIEW truelayer_webhook_events;
DROP VIEW llm_enrichment_cache;
DROP VIEW truelayer_apple_transaction_matches;
