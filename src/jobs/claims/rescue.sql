-- Jobs whose lease has ended: queued again, or failed after their last attempt.
WITH rescued AS (
    UPDATE sync_jobs AS job
    SET
        state = CASE WHEN attempts < max_attempts THEN 'queued' ELSE 'failed' END,
        last_error = format(
            'the worker %s was lost in attempt %s: its lease ended at %s UTC',
            locked_by, attempts, to_char(locked_until AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')
        ),
        locked_by = NULL,
        locked_until = NULL,
        finished_at = CASE WHEN attempts < max_attempts THEN NULL ELSE now() END
    WHERE
        job.id = ANY (ARRAY(
            SELECT id FROM sync_jobs
            WHERE state = 'running' AND locked_until < now()
            ORDER BY locked_until
            LIMIT $1::bigint
            FOR UPDATE SKIP LOCKED
        ))
    RETURNING id
)
SELECT id, pg_notify('sync_jobs', '')::text FROM rescued
