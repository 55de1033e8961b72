INSERT INTO truelayer_transactions (
    account_id, import_job_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount,
    currency, transaction_type, transaction_category, merchant_name, running_balance, metadata, pre_enrichment_status
)
SELECT
    account_id, import_job_id, transaction_id, normalised_provider_transaction_id, "timestamp", description, amount,
    currency, transaction_type, 'Other', merchant_name, running_balance, metadata::jsonb, pre_enrichment_status
FROM pg_temp.ordered
WHERE place BETWEEN $1 AND $2
ORDER BY place
ON CONFLICT (normalised_provider_transaction_id) DO NOTHING
