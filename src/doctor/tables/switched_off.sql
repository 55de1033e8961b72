SELECT oid::regclass::text AS "table"
FROM pg_class
WHERE relkind IN ('r', 'm')
  AND EXISTS (
      SELECT FROM pg_options_to_table(reloptions)
      WHERE option_name = 'autovacuum_enabled' AND option_value IN ('f', 'false', 'off', 'no', '0')
  )
ORDER BY 1
