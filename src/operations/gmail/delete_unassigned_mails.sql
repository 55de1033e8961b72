-- $1: a mailbox. Its mails that were stored without it; the others go with it. They are locked in the order of their key, so
-- that no two writers wait for each other in a circle.
DELETE FROM gmail_email_content
WHERE id IN (
    SELECT id FROM gmail_email_content
    WHERE connection_id IS NULL AND message_id IN (SELECT message_id FROM gmail_receipts WHERE connection_id = $1)
    ORDER BY message_id
    FOR UPDATE
)
