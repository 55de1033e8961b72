-- The errors of a span of time in figures, as one JSON object.
-- $1: the user, or null for everybody; $2: a mailbox, $3: a sync, or null for all; $4: days of 24 hours back from now.
WITH error AS (
    SELECT e.id, e.error_stage, e.error_type, e.error_message, e.message_id, e.occurred_at, e.is_retryable
    FROM gmail_processing_errors AS e
    WHERE
        e.occurred_at >= now() - $4::integer * interval '24 hours'
        AND ($2::integer IS NULL OR e.connection_id = $2)
        AND ($3::integer IS NULL OR e.sync_job_id = $3)
        AND ($1::integer IS NULL OR e.connection_id IN (SELECT c.id FROM gmail_connections AS c WHERE c.user_id = $1))
),
by_stage AS (
    SELECT error_stage, count(*) AS errors FROM error GROUP BY error_stage
),
by_type AS (
    SELECT error_type, count(*) AS errors FROM error GROUP BY error_type
),
recent AS (
    SELECT * FROM error ORDER BY occurred_at DESC, id DESC LIMIT 20
)
SELECT jsonb_build_object(
    'total', (SELECT count(*) FROM error),
    'by_stage', (SELECT coalesce(jsonb_object_agg(error_stage, errors), '{}') FROM by_stage),
    'by_type', (SELECT coalesce(jsonb_object_agg(error_type, errors), '{}') FROM by_type),
    'retryable', (SELECT count(*) FROM error WHERE is_retryable),
    'recent', (SELECT coalesce(jsonb_agg(to_jsonb(recent) ORDER BY occurred_at DESC, id DESC), '[]') FROM recent)
) AS summary
