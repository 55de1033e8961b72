-- The attempts, their leases in seconds and their progress; the worker. Tells for those that are still the worker's whether
-- they were renewed: a row that somebody else has locked is not waited for.
WITH mine AS (
    SELECT *
    FROM unnest($1::bigint[], $2::integer[], $3::double precision[], $4::integer[], $5::integer[])
        AS mine (id, attempt, lease, done, total)
),
held AS (
    SELECT id, attempts FROM sync_jobs
    WHERE id = ANY (ARRAY(SELECT id FROM mine)) AND locked_by = $6::text AND state = 'running'
),
unlocked AS (
    SELECT id FROM sync_jobs
    WHERE id = ANY (ARRAY(SELECT held.id FROM held JOIN mine ON mine.id = held.id AND mine.attempt = held.attempts))
    ORDER BY id
    FOR NO KEY UPDATE SKIP LOCKED
),
renewed AS (
    UPDATE sync_jobs AS job
    SET
        locked_until = now() + make_interval(secs => mine.lease),
        progress_done = mine.done,
        progress_total = mine.total
    FROM mine
    WHERE
        job.id = mine.id
        AND job.attempts = mine.attempt
        AND job.id = ANY (ARRAY(SELECT id FROM unlocked))
        AND job.locked_by = $7::text
        AND job.state = 'running'
    RETURNING job.id
)
SELECT held.id, held.attempts, held.id IN (SELECT id FROM renewed) AS is_renewed FROM held
