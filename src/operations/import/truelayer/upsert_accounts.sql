-- $1: the connection; $2: the accounts as a JSON array. Answers for each changed row whether it is new.
INSERT INTO truelayer_accounts (
    connection_id, account_id, account_type, display_name, currency, account_number_json, provider_data
)
SELECT $1, account_id, account_type, display_name, currency, account_number, provider
FROM jsonb_to_recordset($2::jsonb) AS sent (
    account_id text, account_type text, display_name text, currency text, account_number jsonb, provider jsonb
)
ORDER BY account_id
ON CONFLICT (connection_id, account_id) DO UPDATE SET
    account_type = excluded.account_type,
    display_name = excluded.display_name,
    currency = excluded.currency,
    account_number_json = coalesce(excluded.account_number_json, truelayer_accounts.account_number_json),
    provider_data = coalesce(excluded.provider_data, truelayer_accounts.provider_data)
WHERE
    (
        excluded.account_type,
        excluded.display_name,
        excluded.currency,
        coalesce(excluded.account_number_json, truelayer_accounts.account_number_json),
        coalesce(excluded.provider_data, truelayer_accounts.provider_data)
    )
        IS DISTINCT FROM
        (
            truelayer_accounts.account_type,
            truelayer_accounts.display_name,
            truelayer_accounts.currency,
            truelayer_accounts.account_number_json,
            truelayer_accounts.provider_data
        )
RETURNING xmax = 0 AS is_new
