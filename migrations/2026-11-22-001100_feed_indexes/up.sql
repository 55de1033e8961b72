-- What the operations on the bank feed look for and sort by.
CREATE INDEX truelayer_cards_card_id_idx
    ON truelayer_cards (card_id);

CREATE INDEX truelayer_card_transactions_timestamp_idx
    ON truelayer_card_transactions ("timestamp");

-- Those without a moment come last.
DROP INDEX truelayer_card_balance_snapshots_card_id_snapshot_at_idx;

CREATE INDEX truelayer_card_balance_snapshots_card_id_snapshot_at_idx
    ON truelayer_card_balance_snapshots (card_id, snapshot_at DESC NULLS LAST);

CREATE INDEX truelayer_card_balance_snapshots_snapshot_at_idx
    ON truelayer_card_balance_snapshots (snapshot_at DESC NULLS LAST);

CREATE INDEX truelayer_transactions_timestamp_unenriched_idx
    ON truelayer_transactions ("timestamp") WHERE coalesce(jsonb_typeof(metadata -> 'enrichment'), 'null') = 'null';

CREATE INDEX webhook_events_created_at_idx
    ON webhook_events (created_at);
