SET LOCAL statement_timeout = 0;
SET LOCAL lock_timeout = 0;
-- What is staged is sorted by its key, in memory up to some hundred thousand records.
SELECT set_config('work_mem', '64MB', true) WHERE pg_size_bytes(current_setting('work_mem')) < pg_size_bytes('64MB')
