-- Where the statistics say that few jobs are queued, the planner would find those that are due by another index than the one
-- that has them in their order, and sort them all at each claim. So no other index has the queued jobs alone: keys are
-- indexed where there are any, which also spares jobs without a key.

DROP INDEX sync_jobs_unique_key_key;
CREATE UNIQUE INDEX sync_jobs_unique_key_key
    ON sync_jobs (unique_key) WHERE state IN ('queued', 'running') AND unique_key IS NOT NULL;

-- A schedule looks for the last run of its own.
CREATE INDEX sync_jobs_unique_key_id_idx
    ON sync_jobs (unique_key, id) WHERE unique_key IS NOT NULL;

-- Jobs of a kind are listed with the newest first.
DROP INDEX sync_jobs_kind_state_idx;
CREATE INDEX sync_jobs_kind_id_idx
    ON sync_jobs (kind, id);

COMMENT ON COLUMN sync_jobs.attempts IS 'Times it was started, but for those that were handed back.';
COMMENT ON COLUMN sync_jobs.progress_done IS 'Steps done in this attempt; what a step is depends on the kind.';
COMMENT ON COLUMN sync_jobs.progress_total IS 'Steps in all, where known.';
COMMENT ON COLUMN sync_jobs.result IS 'What it gave.';
COMMENT ON COLUMN sync_jobs.last_error IS 'Why the last attempt failed.';
COMMENT ON COLUMN sync_jobs.started_at IS 'When the last attempt began.';
COMMENT ON COLUMN sync_jobs.finished_at IS 'When it ended for good: completed, failed or cancelled.';
