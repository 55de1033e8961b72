ALTER TABLE amazon_business_connections
    DROP COLUMN encryption_version;

COMMENT ON COLUMN gmail_connections.encryption_version IS 'Version of the key that the tokens are encrypted with.';

ALTER TABLE bank_connections
    DROP COLUMN encryption_version;
