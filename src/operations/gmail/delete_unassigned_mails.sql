-- $1: a mailbox. Its mails that were stored without it; the others go with it.
DELETE FROM gmail_email_content
WHERE connection_id IS NULL AND message_id IN (SELECT message_id FROM gmail_receipts WHERE connection_id = $1)
