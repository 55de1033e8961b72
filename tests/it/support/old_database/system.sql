-- Logs, webhooks and background runs.

INSERT INTO connection_logs (id, connection_id, event_type, details, created_at) VALUES
    (1, 1, 'sync_completed', '{"transactions": 5, "text": "fünf"}', '2025-10-26 00:30:00+00'),
    (2, NULL, 'removed', NULL, '2025-03-30 01:30:00+00'),
    (3, 3, 'token_expired', '{}', '2024-02-29 23:00:00+00');

INSERT INTO webhook_events (id, event_id, event_type, payload, signature, processed, processed_at, created_at) VALUES
    (1, 'evt-1', 'transactions.updated', '{"account": "f7b14d0a", "items": [1, 2.50]}', 'sig', true, '2025-10-26 00:30:01+00', '2025-10-26 00:30:00+00'),
    (2, 'evt-2', 'balance.updated', '{}', NULL, false, NULL, '2025-03-30 01:30:00+00'),
    (3, 'evt-3', 'connection.expired', '"a text"', NULL, false, NULL, '2024-02-29 23:00:00+00');

INSERT INTO matching_jobs (id, user_id, job_type, celery_task_id, status, total_items, processed_items, matched_items, failed_items, error_message, started_at, completed_at, created_at) VALUES
    (1, 1, 'amazon', '5e0c8b9e-0000-4000-8000-000000000001', 'completed', 10, 10, 7, 1, NULL, '2025-10-26 01:30:00', '2025-10-26 01:30:00.000001', '2025-10-26 01:29:59.999999'),
    (2, 1, 'apple', NULL, 'failed', 0, 0, 0, 0, 'Wörker died', '2025-03-30 01:30:00', NULL, '2025-03-30 01:00:00'),
    (3, 2, 'gmail', NULL, 'queued', 0, 0, 0, 0, NULL, NULL, NULL, '2024-02-29 00:00:00');

INSERT INTO security_audit_log (id, user_id, event_type, ip_address, user_agent, "timestamp", metadata, success) VALUES
    (1, 1, 'login_success', '2001:db8::1', 'Mozilla/5.0 (X11; Linux x86_64)', '2025-10-26 01:30:00.000001', '{"username": "hassan"}', true),
    (2, NULL, 'login_failed', NULL, NULL, '2025-03-30 01:30:00', '{}', false),
    (3, 2, 'rate_limit_exceeded', '192.0.2.1', repeat('Mozilla ', 100), '2024-02-29 23:59:59.999999', '{"path": "/zoë"}', false);
