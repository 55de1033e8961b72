-- $1: how long a job may wait; $2: how long a running one may be silent.
UPDATE gmail_sync_jobs
SET status = 'failed', error_message = 'Job timed out - no progress detected', completed_at = now()
WHERE
    status IN ('queued', 'running')
    AND CASE status
        WHEN 'queued' THEN created_at < now() - $1::interval
        ELSE coalesce(last_progress_at, started_at, created_at) < now() - $2::interval
    END
