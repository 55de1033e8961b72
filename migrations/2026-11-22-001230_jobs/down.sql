COMMENT ON COLUMN sync_jobs.finished_at IS NULL;
COMMENT ON COLUMN sync_jobs.started_at IS NULL;
COMMENT ON COLUMN sync_jobs.last_error IS NULL;
COMMENT ON COLUMN sync_jobs.result IS NULL;
COMMENT ON COLUMN sync_jobs.progress_total IS NULL;
COMMENT ON COLUMN sync_jobs.progress_done IS NULL;
COMMENT ON COLUMN sync_jobs.attempts IS NULL;

DROP INDEX sync_jobs_kind_id_idx;
CREATE INDEX sync_jobs_kind_state_idx
    ON sync_jobs (kind, state);

DROP INDEX sync_jobs_unique_key_id_idx;

DROP INDEX sync_jobs_unique_key_key;
CREATE UNIQUE INDEX sync_jobs_unique_key_key
    ON sync_jobs (unique_key) WHERE state IN ('queued', 'running');
