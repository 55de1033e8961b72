-- Ends what has been silent for too long, and tells as one JSON object how many rows that are.
-- $1: minutes that a job may wait; $2: minutes of silence; $3: minutes of silence of an import or an enrichment.
WITH border AS (
    SELECT
        now() - make_interval(secs => 60 * $1) AS queued,
        now() - make_interval(secs => 60 * $2) AS silent,
        now() - make_interval(secs => 60 * $3) AS import
),
stale_match AS (
    SELECT id FROM matching_jobs
    WHERE
        status = 'queued' AND created_at < (SELECT queued FROM border)
        OR status = 'running' AND coalesce(last_progress_at, started_at, created_at) < (SELECT silent FROM border)
    ORDER BY id
    FOR NO KEY UPDATE SKIP LOCKED
),
ended_match AS (
    UPDATE matching_jobs AS job
    SET status = 'failed', completed_at = now(), error_message = 'Job stalled - no sign of life'
    FROM stale_match AS stale
    WHERE job.id = stale.id
    RETURNING job.id
),
stale_sync AS (
    SELECT id FROM gmail_sync_jobs
    WHERE
        status = 'queued' AND created_at < (SELECT queued FROM border)
        OR status = 'running' AND coalesce(last_progress_at, started_at, created_at) < (SELECT silent FROM border)
    ORDER BY id
    FOR NO KEY UPDATE SKIP LOCKED
),
ended_sync AS (
    UPDATE gmail_sync_jobs AS job
    SET status = 'failed', completed_at = now(), error_message = 'Job stalled - no sign of life'
    FROM stale_sync AS stale
    WHERE job.id = stale.id
    RETURNING job.id
),
stale_import AS (
    SELECT id FROM truelayer_import_jobs AS job
    WHERE
        job_status IN ('pending', 'running')
        AND coalesce(started_at, created_at) < (SELECT import FROM border)
        AND NOT EXISTS (
            SELECT FROM truelayer_import_progress AS progress
            WHERE progress.job_id = job.id AND progress.updated_at >= (SELECT import FROM border)
        )
    ORDER BY id
    FOR NO KEY UPDATE SKIP LOCKED
),
ended_import AS (
    UPDATE truelayer_import_jobs AS job
    SET job_status = 'failed', completed_at = now(), error_message = 'Job stalled - no sign of life'
    FROM stale_import AS stale
    WHERE job.id = stale.id
    RETURNING job.id
),
ended_account AS (
    UPDATE truelayer_import_progress AS progress
    SET progress_status = 'failed', completed_at = now(), error_message = 'Job stalled - no sign of life'
    FROM ended_import AS job
    WHERE progress.job_id = job.id AND progress.progress_status IN ('pending', 'syncing')
),
stale_enrichment AS (
    SELECT id FROM truelayer_enrichment_jobs
    WHERE job_status IN ('pending', 'running') AND coalesce(started_at, created_at) < (SELECT import FROM border)
    ORDER BY id
    FOR NO KEY UPDATE SKIP LOCKED
),
ended_enrichment AS (
    UPDATE truelayer_enrichment_jobs AS job
    SET job_status = 'failed', completed_at = now(), error_message = 'Job stalled - no sign of life'
    FROM stale_enrichment AS stale
    WHERE job.id = stale.id
    RETURNING job.id
),
stale_pdf AS (
    SELECT id FROM gmail_receipts
    WHERE pdf_processing_status = 'processing' AND updated_at < (SELECT silent FROM border)
    ORDER BY id
    FOR NO KEY UPDATE SKIP LOCKED
),
ended_pdf AS (
    UPDATE gmail_receipts AS receipt
    SET
        pdf_processing_status = 'failed',
        pdf_retry_count = pdf_retry_count + 1,
        pdf_last_error = 'Processing stalled - no sign of life'
    FROM stale_pdf AS stale
    WHERE receipt.id = stale.id
    RETURNING receipt.id
)
SELECT jsonb_build_object(
    'matching_jobs', (SELECT count(*) FROM ended_match),
    'gmail_sync_jobs', (SELECT count(*) FROM ended_sync),
    'truelayer_import_jobs', (SELECT count(*) FROM ended_import),
    'truelayer_enrichment_jobs', (SELECT count(*) FROM ended_enrichment),
    'pdfs', (SELECT count(*) FROM ended_pdf)
) AS ended
