-- Jobs are listed by kind, and a schedule looks for the last run of its own. By kind and state the planner could also find
-- the queued ones, and would sort all of them at each claim when its statistics say that there are few.
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
