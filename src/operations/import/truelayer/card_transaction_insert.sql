INSERT INTO truelayer_card_transactions (
    card_id, transaction_id, normalised_provider_id, "timestamp", description, amount, currency, transaction_type,
    category, merchant_name, running_balance, metadata
)
SELECT
    card_id, transaction_id, normalised_provider_id, "timestamp", description, amount, currency, transaction_type,
    category, merchant_name, running_balance, metadata::jsonb
FROM pg_temp.ordered
WHERE place BETWEEN $1 AND $2
ORDER BY place
ON CONFLICT DO NOTHING
