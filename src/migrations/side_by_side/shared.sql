-- A mail without a mailbox counts as one more of its message.
SELECT 'gmail_receipts' AS "table", message_id, array_agg(connection_id ORDER BY connection_id) AS connection_ids
FROM gmail_receipts
GROUP BY message_id
HAVING count(*) > 1
UNION ALL
SELECT
    'gmail_email_content',
    message_id,
    coalesce(array_agg(connection_id ORDER BY connection_id) FILTER (WHERE connection_id IS NOT NULL), '{}')
FROM gmail_email_content
GROUP BY message_id
HAVING count(*) > 1
ORDER BY "table", message_id
