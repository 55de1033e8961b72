-- Sessions on this database whose state the role may not see.
SELECT count(*) AS number
FROM pg_stat_activity
WHERE datname = current_database()
  AND NOT pg_has_role(usesysid, 'USAGE')
  AND NOT pg_has_role('pg_read_all_stats', 'USAGE')
