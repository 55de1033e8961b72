-- $1: the age; $2: the message. The rows are locked in the order of their ids, so that no two callers wait for each other.
WITH stale AS (
    SELECT id FROM matching_jobs
    WHERE
        (status = 'queued' AND created_at < now() - $1::interval)
        OR (status = 'running' AND started_at < now() - $1::interval)
    ORDER BY id
    FOR NO KEY UPDATE
)
UPDATE matching_jobs AS job
SET status = 'failed', completed_at = now(), error_message = $2
FROM stale
WHERE job.id = stale.id
RETURNING job.id
