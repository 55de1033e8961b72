LOCK TABLE gmail_receipts, gmail_email_content IN ACCESS EXCLUSIVE MODE;

UPDATE gmail_email_content AS mail
SET connection_id = receipt.connection_id
FROM gmail_receipts AS receipt
WHERE receipt.message_id = mail.message_id AND mail.connection_id IS NULL;

DROP TRIGGER side_by_side_take_turns ON gmail_receipts;
DROP TRIGGER side_by_side_take_turns ON gmail_email_content;
DROP TRIGGER side_by_side_find_mailbox ON gmail_email_content;
DROP FUNCTION side_by_side_take_turns();
DROP FUNCTION side_by_side_find_mailbox();
DROP INDEX gmail_receipts_side_by_side_key;
DROP INDEX gmail_email_content_side_by_side_key;
