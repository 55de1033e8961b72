-- Prepared transactions stand in the way as number 0.
SELECT
    waiter.pid,
    coalesce(nullif(waiter.application_name, ''), 'a program without a name') AS application,
    greatest(coalesce(extract(epoch FROM clock_timestamp() - lock.waitstart), 0), 0)::bigint AS seconds,
    lock.relation::regclass::text AS relation,
    blocker.words AS blockers,
    blocker.free AS free_blockers
FROM pg_locks AS lock
JOIN pg_stat_activity AS waiter USING (pid)
CROSS JOIN LATERAL (
    SELECT
        coalesce(array_agg(
            CASE number
                WHEN 0 THEN 'a prepared transaction'
                ELSE format(
                    'session %s (%s%s)',
                    number, coalesce(nullif(activity.application_name, ''), 'a program without a name'), ', ' || activity.state
                )
            END
        ), '{}') AS words,
        coalesce(array_agg(number) FILTER (WHERE number <> 0 AND cardinality(pg_blocking_pids(number)) = 0), '{}') AS free
    FROM (SELECT DISTINCT unnest(pg_blocking_pids(waiter.pid)) AS number) AS numbers
    LEFT JOIN pg_stat_activity AS activity ON activity.pid = number
) AS blocker
WHERE NOT lock.granted
  AND waiter.datname = current_database()
ORDER BY seconds DESC
