SELECT
    count(*) FILTER (WHERE NOT starts_with(token, 'gAAAAA')) AS plain,
    count(*) FILTER (WHERE starts_with(token, 'gAAAAA')) AS encrypted
FROM (
    SELECT unnest(ARRAY[access_token, refresh_token]) AS token FROM bank_connections
    UNION ALL SELECT unnest(ARRAY[access_token, refresh_token]) FROM gmail_connections
    UNION ALL SELECT unnest(ARRAY[access_token, refresh_token]) FROM amazon_business_connections
    UNION ALL SELECT unnest(ARRAY[access_token, refresh_token]) FROM truelayer_connections
) AS tokens
WHERE token <> ''
