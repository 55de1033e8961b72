-- Gmail's ids of messages are unique within a mailbox only: a receipt and a mail belong to a mailbox.

ALTER TABLE gmail_receipts
    DROP CONSTRAINT gmail_receipts_message_id_key,
    ADD CONSTRAINT gmail_receipts_message_id_connection_id_key UNIQUE (message_id, connection_id);

-- The newest of a mailbox.
CREATE INDEX gmail_receipts_connection_id_received_at_id_idx
    ON gmail_receipts (connection_id, received_at, id);

ALTER TABLE gmail_email_content
    ADD COLUMN connection_id integer,
    DROP CONSTRAINT gmail_email_content_message_id_key,
    ADD CONSTRAINT gmail_email_content_message_id_connection_id_key UNIQUE NULLS NOT DISTINCT (message_id, connection_id),
    ADD CONSTRAINT gmail_email_content_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES gmail_connections (id) ON DELETE CASCADE;

CREATE INDEX gmail_email_content_connection_id_idx
    ON gmail_email_content (connection_id);

COMMENT ON COLUMN gmail_email_content.connection_id IS 'The mailbox; null where the writer did not tell it: then that of the receipt of this message.';
