SELECT id FROM sync_jobs WHERE unique_key = $1 AND state IN ('queued', 'running')
