SELECT l.pid, a.application_name AS application
FROM pg_catalog.pg_locks AS l
JOIN pg_catalog.pg_database AS d ON d.oid = l.database
LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory'
  AND l.granted
  AND l.objsubid = 1
  AND d.datname = current_database()
  AND (l.classid::bigint << 32) | l.objid::bigint = $1
