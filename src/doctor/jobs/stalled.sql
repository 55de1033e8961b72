-- $1: how long a job may wait; $2: how long a running one may be silent. The same lines as `fail_stale_jobs` draws.
WITH run AS (
    SELECT
        'matching_jobs' AS place, status = 'queued' AS is_waiting, created_at,
        coalesce(last_progress_at, started_at, created_at) AS heard_of
    FROM matching_jobs WHERE status IN ('queued', 'running')
    UNION ALL
    SELECT 'gmail_sync_jobs', status = 'queued', created_at, coalesce(last_progress_at, started_at, created_at)
    FROM gmail_sync_jobs WHERE status IN ('queued', 'running')
    UNION ALL
    SELECT
        'truelayer_import_jobs', job_status = 'pending', created_at,
        greatest(
            coalesce(started_at, created_at),
            CASE jsonb_typeof(metadata -> 'heartbeat') WHEN 'number' THEN to_timestamp((metadata ->> 'heartbeat')::double precision) END,
            (SELECT max(p.updated_at) FROM truelayer_import_progress AS p WHERE p.job_id = job.id)
        )
    FROM truelayer_import_jobs AS job WHERE job_status IN ('pending', 'running', 'enriching')
    UNION ALL
    SELECT
        'truelayer_enrichment_jobs', job_status = 'pending', created_at,
        greatest(
            coalesce(started_at, created_at),
            CASE jsonb_typeof(metadata -> 'heartbeat') WHEN 'number' THEN to_timestamp((metadata ->> 'heartbeat')::double precision) END
        )
    FROM truelayer_enrichment_jobs WHERE job_status IN ('pending', 'running')
    UNION ALL
    SELECT 'gmail_receipts (PDF)', false, updated_at, updated_at
    FROM gmail_receipts WHERE pdf_processing_status = 'processing'
)
SELECT place, count(*) AS number
FROM run
WHERE CASE WHEN is_waiting THEN created_at < now() - $1 ELSE heard_of < now() - $2 END
GROUP BY place
ORDER BY place
