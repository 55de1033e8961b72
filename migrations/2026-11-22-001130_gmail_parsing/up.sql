-- Errors and parse statistics are read by mailbox and time; aliases are looked up by both names.

DROP INDEX gmail_processing_errors_connection_id_idx;
CREATE INDEX gmail_processing_errors_connection_id_occurred_at_idx
    ON gmail_processing_errors (connection_id, occurred_at);

DROP INDEX gmail_parse_statistics_connection_id_idx;
CREATE INDEX gmail_parse_statistics_connection_id_created_at_idx
    ON gmail_parse_statistics (connection_id, created_at);

CREATE INDEX gmail_parse_statistics_created_at_idx
    ON gmail_parse_statistics (created_at);

CREATE INDEX gmail_merchant_aliases_normalized_name_idx
    ON gmail_merchant_aliases (lower(normalized_name));
