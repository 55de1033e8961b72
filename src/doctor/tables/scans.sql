SELECT relid::regclass::text AS "table", n_live_tup AS rows, seq_scan AS scans, seq_tup_read AS read
FROM pg_stat_user_tables
WHERE n_live_tup >= 50000 AND seq_scan >= 100 AND seq_tup_read > 20 * n_live_tup AND seq_scan > coalesce(idx_scan, 0)
ORDER BY seq_tup_read DESC
LIMIT 5
