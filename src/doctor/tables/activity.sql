SELECT
    blks_hit AS hits,
    blks_read AS reads,
    temp_bytes AS temporary_bytes,
    deadlocks,
    coalesce(checksum_failures, 0) AS damaged,
    stats_reset AS since
FROM pg_stat_database
WHERE datname = current_database()
