DROP INDEX gmail_merchant_aliases_normalized_name_idx;

DROP INDEX gmail_parse_statistics_created_at_idx;

DROP INDEX gmail_parse_statistics_connection_id_created_at_idx;
CREATE INDEX gmail_parse_statistics_connection_id_idx
    ON gmail_parse_statistics (connection_id);

DROP INDEX gmail_processing_errors_connection_id_occurred_at_idx;
CREATE INDEX gmail_processing_errors_connection_id_idx
    ON gmail_processing_errors (connection_id);
