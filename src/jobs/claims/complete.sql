UPDATE sync_jobs
SET
    state = 'completed',
    result = $1::jsonb,
    progress_done = $2::integer,
    progress_total = $3::integer,
    last_error = NULL,
    locked_by = NULL,
    locked_until = NULL,
    finished_at = clock_timestamp()
WHERE id = $4::bigint AND locked_by = $5::text AND attempts = $6::integer AND state = 'running'
RETURNING id
