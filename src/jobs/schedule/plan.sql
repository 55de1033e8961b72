-- For each job that has no row for its next time: that row. Times are counted in periods since 1970, shifted by the offset.
WITH entry AS (
    SELECT
        *,
        floor((extract(epoch FROM statement_timestamp()) - offset_seconds) / period)::bigint AS current_time_number
    FROM unnest(
        $1::text[], $2::text[], $3::jsonb[], $4::integer[], $5::integer[], $6::integer[], $7::bigint[], $8::bigint[]
    ) AS entry (key, kind, payload, user_id, priority, max_attempts, period, offset_seconds)
),
next_time AS (
    SELECT
        entry.*,
        CASE
            -- The first time: nothing was missed.
            WHEN latest.run_at IS NULL THEN current_time_number + 1
            ELSE greatest(
                floor((extract(epoch FROM latest.run_at) - offset_seconds) / period)::bigint + 1,
                current_time_number
            )
        END AS time_number
    FROM entry
    LEFT JOIN LATERAL (
        SELECT job.run_at, job.state FROM sync_jobs AS job
        WHERE job.unique_key = entry.key
        ORDER BY job.id DESC
        LIMIT 1
    ) AS latest ON true
    WHERE latest.state IS NULL OR latest.state NOT IN ('queued', 'running')
)
INSERT INTO sync_jobs (kind, payload, user_id, priority, max_attempts, run_at, unique_key)
SELECT
    kind, payload, user_id, priority, max_attempts, to_timestamp(time_number * period + offset_seconds), key
FROM next_time
ON CONFLICT (unique_key) WHERE state IN ('queued', 'running') AND unique_key IS NOT NULL DO NOTHING
RETURNING id
