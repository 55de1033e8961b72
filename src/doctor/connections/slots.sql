SELECT
    quote_literal(slot_name) AS name,
    active AS is_active,
    pg_wal_lsn_diff(
        CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_lsn() END,
        restart_lsn
    )::bigint AS kept
FROM pg_replication_slots
WHERE NOT temporary
ORDER BY slot_name
