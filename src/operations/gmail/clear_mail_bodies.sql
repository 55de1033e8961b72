-- $1: the user, or null for everybody; $2: mails fetched before this instant. A mail without a mailbox belongs to whoever has
-- a receipt of its message. Locked in the order of their key, as other writers of mails do.
WITH old AS (
    SELECT mail.id
    FROM gmail_email_content AS mail
    WHERE
        coalesce(mail.fetched_at, mail.received_at) < $2
        AND num_nonnulls(mail.body_html, mail.body_text, mail.snippet) > 0
        AND (
            $1::integer IS NULL
            OR mail.connection_id IN (SELECT c.id FROM gmail_connections AS c WHERE c.user_id = $1)
            OR mail.connection_id IS NULL AND EXISTS (
                SELECT FROM gmail_receipts AS r
                JOIN gmail_connections AS c ON c.id = r.connection_id
                WHERE r.message_id = mail.message_id AND c.user_id = $1
            )
        )
        AND NOT EXISTS (
            SELECT FROM gmail_receipts AS r
            WHERE
                r.message_id = mail.message_id
                AND (mail.connection_id IS NULL OR r.connection_id = mail.connection_id)
                AND r.deleted_at IS NULL
                AND (
                    r.parsing_status IN ('pending', 'failed')
                    OR r.pdf_processing_status IN ('pending', 'processing')
                    OR r.llm_parse_status IN ('pending', 'processing')
                )
        )
    ORDER BY mail.message_id, mail.id
    FOR NO KEY UPDATE
)
UPDATE gmail_email_content AS mail
SET body_html = NULL, body_text = NULL, snippet = NULL
FROM old
WHERE mail.id = old.id
