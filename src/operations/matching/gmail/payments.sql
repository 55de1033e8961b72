-- $1: users; $2, $3: the first and the last day (UTC) of a window for each. What they paid in it.
SELECT
    c.user_id,
    t.id,
    t.normalised_provider_transaction_id AS reference,
    (t."timestamp" AT TIME ZONE 'UTC')::date AS day,
    t.amount,
    t.currency,
    t.description,
    t.merchant_name
FROM unnest($1::integer[], $2::date[], $3::date[]) AS w (user_id, first_day, last_day)
JOIN bank_connections AS c ON c.user_id = w.user_id
JOIN truelayer_accounts AS a ON a.connection_id = c.id
JOIN truelayer_transactions AS t
    ON t.account_id = a.id
    AND t."timestamp" >= w.first_day::timestamp AT TIME ZONE 'UTC'
    AND t."timestamp" < (w.last_day + 1)::timestamp AT TIME ZONE 'UTC'
WHERE t.transaction_type = 'DEBIT' AND t.amount > 0
