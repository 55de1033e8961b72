-- Fails, and changes nothing, where two mailboxes have a message of the same id.
DROP INDEX gmail_email_content_connection_id_idx;

ALTER TABLE gmail_email_content
    DROP COLUMN connection_id,
    ADD CONSTRAINT gmail_email_content_message_id_key UNIQUE (message_id);

DROP INDEX gmail_receipts_connection_id_received_at_id_idx;

ALTER TABLE gmail_receipts
    DROP CONSTRAINT gmail_receipts_message_id_connection_id_key,
    ADD CONSTRAINT gmail_receipts_message_id_key UNIQUE (message_id);
