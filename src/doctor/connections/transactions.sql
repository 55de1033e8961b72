SELECT
    pid,
    usename::text AS role,
    coalesce(nullif(application_name, ''), 'a program without a name') AS application,
    state LIKE 'idle in transaction%' AS is_idle,
    greatest(extract(epoch FROM clock_timestamp() - state_change), 0)::bigint AS quiet,
    greatest(extract(epoch FROM clock_timestamp() - xact_start), 0)::bigint AS open,
    greatest(age(backend_xid), age(backend_xmin))::bigint AS behind
FROM pg_stat_activity
WHERE datname = current_database()
  AND pid <> pg_backend_pid()
  AND backend_type = 'client backend'
  AND xact_start IS NOT NULL
ORDER BY xact_start
