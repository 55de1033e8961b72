-- An index that is being built at the moment is left out.
SELECT
    c.relname::text AS name,
    i.indexrelid::regclass::text AS index,
    i.indrelid::regclass::text AS "table",
    i.indisunique AS is_unique
FROM pg_index AS i
JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE NOT (i.indisvalid AND i.indisready AND i.indislive)
  AND c.relkind = 'i'
  AND NOT EXISTS (
      SELECT FROM pg_stat_progress_create_index AS p
      WHERE p.datname = current_database() AND coalesce(p.index_relid, i.indexrelid) = i.indexrelid
  )
ORDER BY 2
