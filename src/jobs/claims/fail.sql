-- The wait in seconds, of which 75 to 125 percent, and the message; then the attempt.
UPDATE sync_jobs
SET
    state = CASE WHEN attempts < max_attempts THEN 'queued' ELSE 'failed' END,
    run_at = CASE
        WHEN attempts < max_attempts
            THEN clock_timestamp() + make_interval(secs => $1::double precision * (0.75 + random() / 2))
        ELSE run_at
    END,
    last_error = $2::text,
    locked_by = NULL,
    locked_until = NULL,
    finished_at = CASE WHEN attempts < max_attempts THEN NULL ELSE clock_timestamp() END
WHERE id = $3::bigint AND locked_by = $4::text AND attempts = $5::integer AND state = 'running'
RETURNING state
