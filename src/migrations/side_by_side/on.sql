CREATE UNIQUE INDEX gmail_receipts_side_by_side_key
    ON gmail_receipts (message_id);

CREATE UNIQUE INDEX gmail_email_content_side_by_side_key
    ON gmail_email_content (message_id);

-- ON CONFLICT of one index fails where another index meets the conflict first, as it does when an old and a new writer
-- insert the same message at the same moment. So one comes after the other.
CREATE FUNCTION side_by_side_take_turns() RETURNS trigger AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('spending_db.side_by_side', 0));
    RETURN NULL;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER side_by_side_take_turns
    BEFORE INSERT ON gmail_receipts
    FOR EACH STATEMENT EXECUTE FUNCTION side_by_side_take_turns();

CREATE TRIGGER side_by_side_take_turns
    BEFORE INSERT ON gmail_email_content
    FOR EACH STATEMENT EXECUTE FUNCTION side_by_side_take_turns();

-- Old code tells no mailbox, so that one of the two may not know it: the mail that is there is the one that is meant. Where
-- both know it, and it is not the same, the index above refuses the second.
CREATE FUNCTION side_by_side_find_mailbox() RETURNS trigger AS $$
DECLARE
    known integer;
BEGIN
    SELECT connection_id INTO known FROM gmail_email_content WHERE message_id = NEW.message_id;
    IF FOUND THEN
        IF known IS NULL OR NEW.connection_id IS NULL THEN
            NEW.connection_id := known;
        END IF;
    ELSIF NEW.connection_id IS NULL THEN
        NEW.connection_id := (SELECT connection_id FROM gmail_receipts WHERE message_id = NEW.message_id);
    END IF;
    RETURN NEW;
END;
$$ LANGUAGE plpgsql;

CREATE TRIGGER side_by_side_find_mailbox
    BEFORE INSERT ON gmail_email_content
    FOR EACH ROW EXECUTE FUNCTION side_by_side_find_mailbox();
