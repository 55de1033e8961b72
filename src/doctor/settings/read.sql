SELECT
    name,
    setting AS value,
    CASE unit WHEN '8kB' THEN setting::bigint * 8192 WHEN 'kB' THEN setting::bigint * 1024 END AS bytes,
    source,
    pending_restart AS is_pending,
    quote_ident(current_user) AS role,
    quote_ident(current_database()) AS database
FROM pg_settings
WHERE pending_restart OR name IN (
    'fsync', 'full_page_writes', 'synchronous_commit', 'data_checksums', 'zero_damaged_pages',
    'autovacuum', 'track_counts', 'default_transaction_read_only',
    'shared_buffers', 'work_mem', 'effective_cache_size',
    'statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'TimeZone'
)
