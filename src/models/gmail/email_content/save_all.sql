-- Ids go in the order of the places; rows go in in the order of the key, so that two writers never wait for each other in
-- a circle.
WITH placed AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('gmail_email_content', 'id'))::integer AS id, in_order.*
    FROM (SELECT * FROM pg_temp.staged_mails ORDER BY place) AS in_order
)
INSERT INTO gmail_email_content (
    id, message_id, thread_id, subject, from_header, to_header, date_header, list_unsubscribe, x_mailer, body_html,
    body_text, snippet, attachments, size_estimate, received_at, fetched_at, connection_id
)
SELECT
    id, message_id, thread_id, subject, from_header, to_header, date_header, list_unsubscribe, x_mailer, body_html,
    body_text, snippet, attachments, size_estimate, received_at, coalesce(fetched_at, now()), connection_id
FROM placed
ORDER BY message_id, connection_id
ON CONFLICT (message_id, connection_id) DO UPDATE SET
    body_html = excluded.body_html,
    body_text = excluded.body_text,
    attachments = excluded.attachments,
    fetched_at = now()
