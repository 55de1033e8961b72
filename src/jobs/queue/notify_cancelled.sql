SELECT pg_notify('sync_jobs', 'cancelled')::text
