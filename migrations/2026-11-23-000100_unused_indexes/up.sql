-- Indexes that no operation goes by, and that every insert had to keep (docs/INDEXES.md). The GIN index on the metadata
-- of transactions alone took a fifth of the time of an insert.
-- lint: allow(drop-index-not-concurrently): a DROP takes no time once it has its lock, and a wait for the lock has its limit
DROP INDEX
    bank_connections_connection_status_idx,
    truelayer_accounts_account_number_json_idx,
    truelayer_accounts_last_synced_at_incremental_idx,
    truelayer_transactions_account_type_idx,
    truelayer_transactions_lookup_description_idx,
    truelayer_transactions_merchant_name_idx,
    truelayer_transactions_metadata_idx;

-- lint: allow(drop-index-not-concurrently): a DROP takes no time once it has its lock, and a wait for the lock has its limit
DROP INDEX
    gmail_connections_connection_status_idx,
    gmail_email_content_received_at_idx,
    gmail_merchant_aliases_bank_name_idx,
    gmail_oauth_state_user_id_idx,
    gmail_parse_statistics_sender_domain_idx,
    gmail_processing_errors_error_stage_idx,
    gmail_processing_errors_error_type_idx,
    gmail_receipts_llm_parse_status_idx,
    gmail_receipts_merchant_name_normalized_idx,
    gmail_receipts_parsing_status_parsed_idx,
    gmail_receipts_parsing_status_pending_idx,
    gmail_receipts_receipt_hash_idx,
    gmail_receipts_total_amount_receipt_date_idx,
    gmail_sender_patterns_is_active_idx,
    gmail_transaction_matches_match_confidence_unconfirmed_idx;

-- lint: allow(drop-index-not-concurrently): a DROP takes no time once it has its lock, and a wait for the lock has its limit
DROP INDEX
    amazon_business_line_items_asin_idx,
    amazon_returns_refund_completion_date_idx,
    category_rules_description_pattern_idx,
    category_rules_priority_idx,
    custom_categories_category_type_idx,
    matching_jobs_celery_task_id_idx,
    merchant_normalizations_priority_idx,
    normalized_categories_is_active_idx,
    normalized_categories_is_system_idx,
    normalized_subcategories_name_idx;
