SELECT relid::regclass::text AS "table", n_dead_tup AS dead, n_live_tup AS live
FROM pg_stat_user_tables
WHERE n_dead_tup >= 10000 AND n_dead_tup > 0.2 * (n_live_tup + n_dead_tup)
ORDER BY n_dead_tup DESC
