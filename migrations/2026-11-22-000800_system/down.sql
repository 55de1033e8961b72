DROP TABLE sync_jobs;
DROP TABLE security_audit_log;
DROP TABLE matching_jobs;
DROP TABLE webhook_events;
DROP TABLE connection_logs;
