INSERT INTO sync_jobs (kind, payload, user_id, priority, max_attempts, run_at, unique_key)
SELECT kind, payload, user_id, priority, max_attempts, coalesce(run_at, now()), unique_key
FROM unnest(
    $1::text[], $2::jsonb[], $3::integer[], $4::integer[], $5::integer[], $6::timestamptz[], $7::text[]
) WITH ORDINALITY AS job (kind, payload, user_id, priority, max_attempts, run_at, unique_key, place)
ORDER BY place
ON CONFLICT (unique_key) WHERE state IN ('queued', 'running') AND unique_key IS NOT NULL DO NOTHING
RETURNING id, CASE WHEN run_at <= now() THEN pg_notify('sync_jobs', '')::text END
