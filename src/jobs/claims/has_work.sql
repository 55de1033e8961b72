SELECT
    EXISTS (SELECT FROM sync_jobs WHERE state = 'queued' AND run_at <= now() AND kind = ANY ($1::text[]))
    OR EXISTS (SELECT FROM sync_jobs WHERE state = 'running' AND kind = ANY ($2::text[]))
