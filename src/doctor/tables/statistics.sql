-- The role sees the statistics of tables that it may read only.
SELECT
    c.oid::regclass::text AS "table",
    pg_relation_size(c.oid) AS bytes,
    s.n_mod_since_analyze AS changed,
    p.tablename IS NULL AS is_missing
FROM pg_class AS c
JOIN pg_stat_user_tables AS s ON s.relid = c.oid
LEFT JOIN (SELECT DISTINCT schemaname, tablename FROM pg_stats) AS p
    ON p.schemaname = s.schemaname AND p.tablename = s.relname
WHERE c.relkind IN ('r', 'm')
  AND has_table_privilege(c.oid, 'SELECT')
  AND (
      p.tablename IS NULL AND pg_relation_size(c.oid) >= 128 * 1024
      OR p.tablename IS NOT NULL AND s.n_mod_since_analyze > 10000 AND s.n_mod_since_analyze > 0.5 * s.n_live_tup
  )
ORDER BY bytes DESC
