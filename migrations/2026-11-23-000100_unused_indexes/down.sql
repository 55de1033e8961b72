CREATE INDEX bank_connections_connection_status_idx
    ON bank_connections (connection_status);

CREATE INDEX truelayer_accounts_account_number_json_idx
    ON truelayer_accounts USING gin (account_number_json);

CREATE INDEX truelayer_accounts_last_synced_at_incremental_idx
    ON truelayer_accounts (last_synced_at_incremental);

CREATE INDEX truelayer_transactions_account_type_idx
    ON truelayer_transactions (account_type);

CREATE INDEX truelayer_transactions_lookup_description_idx
    ON truelayer_transactions (lookup_description);

CREATE INDEX truelayer_transactions_merchant_name_idx
    ON truelayer_transactions (merchant_name);

CREATE INDEX truelayer_transactions_metadata_idx
    ON truelayer_transactions USING gin (metadata);

CREATE INDEX gmail_connections_connection_status_idx
    ON gmail_connections (connection_status);

CREATE INDEX gmail_email_content_received_at_idx
    ON gmail_email_content (received_at);

CREATE INDEX gmail_merchant_aliases_bank_name_idx
    ON gmail_merchant_aliases (lower(bank_name));

CREATE INDEX gmail_oauth_state_user_id_idx
    ON gmail_oauth_state (user_id);

CREATE INDEX gmail_parse_statistics_sender_domain_idx
    ON gmail_parse_statistics (sender_domain);

CREATE INDEX gmail_processing_errors_error_stage_idx
    ON gmail_processing_errors (error_stage);

CREATE INDEX gmail_processing_errors_error_type_idx
    ON gmail_processing_errors (error_type);

CREATE INDEX gmail_receipts_llm_parse_status_idx
    ON gmail_receipts (llm_parse_status) WHERE (llm_parse_status IS NOT NULL);

CREATE INDEX gmail_receipts_merchant_name_normalized_idx
    ON gmail_receipts (merchant_name_normalized);

CREATE INDEX gmail_receipts_parsing_status_parsed_idx
    ON gmail_receipts (parsing_status) WHERE (parsing_status = 'parsed'::text);

CREATE INDEX gmail_receipts_parsing_status_pending_idx
    ON gmail_receipts (parsing_status) WHERE (parsing_status = 'pending'::text);

CREATE INDEX gmail_receipts_receipt_hash_idx
    ON gmail_receipts (receipt_hash);

CREATE INDEX gmail_receipts_total_amount_receipt_date_idx
    ON gmail_receipts (total_amount, receipt_date);

CREATE INDEX gmail_sender_patterns_is_active_idx
    ON gmail_sender_patterns (is_active) WHERE is_active;

CREATE INDEX gmail_transaction_matches_match_confidence_unconfirmed_idx
    ON gmail_transaction_matches (match_confidence) WHERE ((match_confidence < 80) AND (NOT user_confirmed));

CREATE INDEX amazon_business_line_items_asin_idx
    ON amazon_business_line_items (asin);

CREATE INDEX amazon_returns_refund_completion_date_idx
    ON amazon_returns (refund_completion_date);

CREATE INDEX category_rules_description_pattern_idx
    ON category_rules (description_pattern);

CREATE INDEX category_rules_priority_idx
    ON category_rules (priority DESC);

CREATE INDEX custom_categories_category_type_idx
    ON custom_categories (category_type);

CREATE INDEX matching_jobs_celery_task_id_idx
    ON matching_jobs (celery_task_id);

CREATE INDEX merchant_normalizations_priority_idx
    ON merchant_normalizations (priority DESC);

CREATE INDEX normalized_categories_is_active_idx
    ON normalized_categories (is_active);

CREATE INDEX normalized_categories_is_system_idx
    ON normalized_categories (is_system);

CREATE INDEX normalized_subcategories_name_idx
    ON normalized_subcategories (name);
