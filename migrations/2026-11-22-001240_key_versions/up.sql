-- Every connection records which key its tokens are encrypted with, as mailboxes had a column for.

ALTER TABLE bank_connections
    ADD COLUMN encryption_version integer NOT NULL DEFAULT 1;

ALTER TABLE amazon_business_connections
    ADD COLUMN encryption_version integer NOT NULL DEFAULT 1;

COMMENT ON COLUMN bank_connections.encryption_version IS 'Version of the key that the access token is encrypted with; 1: not recorded.';
COMMENT ON COLUMN gmail_connections.encryption_version IS 'Version of the key that the access token is encrypted with; 1: not recorded.';
COMMENT ON COLUMN amazon_business_connections.encryption_version IS 'Version of the key that the access token is encrypted with; 1: not recorded.';
