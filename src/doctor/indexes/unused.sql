SELECT
    s.indexrelname::text AS name,
    s.indexrelid::regclass::text AS index,
    pg_relation_size(s.indexrelid) AS bytes,
    d.stats_reset AS since
FROM pg_stat_user_indexes AS s
JOIN pg_index AS i USING (indexrelid)
JOIN pg_stat_database AS d ON d.datname = current_database()
WHERE s.idx_scan = 0
  AND NOT i.indisunique
  AND i.indisvalid
  AND pg_relation_size(s.indexrelid) >= 1024 * 1024
ORDER BY bytes DESC
