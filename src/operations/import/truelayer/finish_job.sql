-- $1: the job; $2: its last state; $3: why it failed. Accounts that have not failed are done.
WITH done AS (
    UPDATE truelayer_import_progress
    SET progress_status = 'completed', completed_at = now()
    WHERE job_id = $1 AND progress_status = 'syncing'
), totals AS (
    SELECT
        coalesce(sum(synced_count), 0) AS synced,
        coalesce(sum(duplicates_count), 0) AS duplicates,
        coalesce(sum(errors_count), 0) AS errors
    FROM truelayer_import_progress
    WHERE job_id = $1
)
UPDATE truelayer_import_jobs
SET job_status = $2,
    error_message = $3,
    completed_at = now(),
    total_transactions_synced = least(synced, 2147483647),
    total_transactions_duplicates = least(duplicates, 2147483647),
    total_transactions_errors = least(errors, 2147483647)
FROM totals
WHERE id = $1
