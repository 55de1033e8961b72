-- The kinds, their leases in seconds, the worker, how many at most. The ids are an array: a join could lock more than those.
WITH known AS (
    SELECT kind, lease FROM unnest($1::text[], $2::double precision[]) AS known (kind, lease)
),
claimed AS (
    UPDATE sync_jobs AS job
    SET
        state = 'running',
        attempts = attempts + 1,
        locked_by = $3::text,
        locked_until = now() + make_interval(secs => (SELECT lease FROM known WHERE known.kind = job.kind)),
        started_at = now(),
        progress_done = 0,
        progress_total = NULL
    WHERE
        job.id = ANY (ARRAY(
            SELECT id FROM sync_jobs
            WHERE state = 'queued' AND run_at <= now() AND kind = ANY (ARRAY(SELECT kind FROM known))
            ORDER BY priority DESC, run_at, id
            LIMIT $4::bigint
            FOR UPDATE SKIP LOCKED
        ))
    RETURNING job.id, job.kind, job.payload, job.user_id, job.attempts, job.priority, job.run_at
)
SELECT id, kind, payload, user_id, attempts FROM claimed ORDER BY priority DESC, run_at, id
