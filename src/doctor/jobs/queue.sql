-- $1: for how many seconds a job may be due.
SELECT
    kind,
    count(*) FILTER (WHERE is_running AND locked_until < now() - interval '1 minute') AS lost,
    count(*) FILTER (WHERE is_running AND locked_until >= now()) AS running,
    count(*) FILTER (WHERE is_late AND NOT is_scheduled) AS waiting,
    count(*) FILTER (WHERE is_late AND is_scheduled) AS overdue,
    count(*) FILTER (WHERE state = 'failed') AS failed,
    count(*) FILTER (WHERE is_scheduled) AS scheduled,
    extract(epoch FROM now() - min(run_at) FILTER (WHERE is_late AND NOT is_scheduled))::bigint AS oldest
FROM (
    SELECT
        kind, state, run_at, locked_until,
        state = 'running' AS is_running,
        state = 'queued' AND run_at < now() - make_interval(secs => $1) AS is_late,
        coalesce(starts_with(unique_key, 'schedule:'), false) AS is_scheduled
    FROM sync_jobs
    WHERE state IN ('queued', 'running') OR finished_at > now() - interval '7 days'
) AS job
GROUP BY kind
ORDER BY kind
