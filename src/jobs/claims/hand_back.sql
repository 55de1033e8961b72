UPDATE sync_jobs
SET state = 'queued', attempts = attempts - 1, locked_by = NULL, locked_until = NULL
WHERE id = ANY ($1::bigint[]) AND locked_by = $2::text AND state = 'running'
RETURNING id, pg_notify('sync_jobs', '')::text
