-- $1: how long a job may wait; $2: how long a running one may be silent; $3: the message. Answers what was ended.
-- A heartbeat in `metadata` is in seconds since 1970; what is no number counts as none.
WITH matching AS (
    UPDATE matching_jobs SET status = 'failed', completed_at = now(), error_message = $3
    WHERE id IN (
        SELECT id FROM matching_jobs
        WHERE
            status = 'queued' AND created_at < now() - $1
            OR status = 'running' AND coalesce(last_progress_at, started_at, created_at) < now() - $2
        FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING id
), gmail AS (
    UPDATE gmail_sync_jobs SET status = 'failed', completed_at = now(), error_message = $3
    WHERE id IN (
        SELECT id FROM gmail_sync_jobs
        WHERE
            status = 'queued' AND created_at < now() - $1
            OR status = 'running' AND coalesce(last_progress_at, started_at, created_at) < now() - $2
        FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING id
), import AS (
    UPDATE truelayer_import_jobs SET job_status = 'failed', completed_at = now(), error_message = $3
    WHERE id IN (
        SELECT job.id FROM truelayer_import_jobs AS job
        WHERE
            job.job_status = 'pending' AND job.created_at < now() - $1
            OR job.job_status IN ('running', 'enriching') AND greatest(
                coalesce(job.started_at, job.created_at),
                CASE jsonb_typeof(job.metadata -> 'heartbeat')
                    WHEN 'number' THEN to_timestamp((job.metadata ->> 'heartbeat')::double precision)
                END,
                (SELECT max(p.updated_at) FROM truelayer_import_progress AS p WHERE p.job_id = job.id)
            ) < now() - $2
        FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING id
), accounts AS (
    UPDATE truelayer_import_progress AS p
    SET progress_status = 'failed', completed_at = now(), error_message = $3
    FROM import
    WHERE p.job_id = import.id AND p.progress_status IN ('pending', 'syncing')
), enrichment AS (
    UPDATE truelayer_enrichment_jobs SET job_status = 'failed', completed_at = now(), error_message = $3
    WHERE id IN (
        SELECT job.id FROM truelayer_enrichment_jobs AS job
        WHERE
            job.job_status = 'pending' AND job.created_at < now() - $1
            OR job.job_status = 'running' AND greatest(
                coalesce(job.started_at, job.created_at),
                CASE jsonb_typeof(job.metadata -> 'heartbeat')
                    WHEN 'number' THEN to_timestamp((job.metadata ->> 'heartbeat')::double precision)
                END
            ) < now() - $2
        FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING id
), receipt AS (
    UPDATE gmail_receipts
    SET pdf_processing_status = 'failed', pdf_last_error = $3, pdf_retry_count = pdf_retry_count + 1
    WHERE id IN (
        SELECT id FROM gmail_receipts
        WHERE pdf_processing_status = 'processing' AND updated_at < now() - $2
        FOR NO KEY UPDATE SKIP LOCKED
    )
    RETURNING id
)
SELECT 'matching' AS kind, id FROM matching
UNION ALL SELECT 'gmail', id FROM gmail
UNION ALL SELECT 'import', id FROM import
UNION ALL SELECT 'enrichment', id FROM enrichment
UNION ALL SELECT 'receipt', id FROM receipt
ORDER BY kind, id
