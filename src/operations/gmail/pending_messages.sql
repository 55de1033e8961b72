-- $1: a mailbox; $2: the number of failures from which on a message is given up; $3: the most rows.
SELECT
    message_id,
    count(*) + sum(retry_count) AS attempts,
    max(greatest(occurred_at, last_retry_at)) AS last_failed_at
FROM gmail_processing_errors
WHERE connection_id = $1 AND is_retryable AND message_id IS NOT NULL
GROUP BY message_id
HAVING count(*) + sum(retry_count) < $2
ORDER BY last_failed_at, message_id
LIMIT $3
