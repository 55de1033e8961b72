-- The names under which old code knows four tables. All four take INSERT (with ON CONFLICT), UPDATE and DELETE.

CREATE VIEW truelayer_apple_transaction_matches WITH (security_invoker = true) AS
    SELECT id,
           truelayer_transaction_id,
           apple_transaction_id,
           match_confidence,
           matched_at
    FROM apple_transaction_matches;
COMMENT ON VIEW truelayer_apple_transaction_matches IS 'Old name of apple_transaction_matches.';

CREATE VIEW llm_enrichment_cache WITH (security_invoker = true) AS
    SELECT id,
           transaction_description,
           transaction_direction,
           enrichment_data,
           cached_at
    FROM enrichment_cache;
COMMENT ON VIEW llm_enrichment_cache IS 'Old name of enrichment_cache.';

CREATE VIEW truelayer_webhook_events WITH (security_invoker = true) AS
    SELECT id,
           event_id,
           event_type,
           payload,
           signature,
           processed,
           processed_at,
           created_at
    FROM webhook_events;
COMMENT ON VIEW truelayer_webhook_events IS 'Old name of webhook_events.';

CREATE VIEW truelayer_balance_snapshots WITH (security_invoker = true) AS
    SELECT id,
           account_id,
           current_balance,
           available_balance,
           overdraft,
           currency,
           snapshot_at,
           created_at
    FROM truelayer_balances;
COMMENT ON VIEW truelayer_balance_snapshots IS 'Old name of truelayer_balances.';
