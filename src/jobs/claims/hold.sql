SELECT id FROM sync_jobs
WHERE id = $1::bigint AND locked_by = $2::text AND attempts = $3::integer AND state = 'running'
FOR NO KEY UPDATE
