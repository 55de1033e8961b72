-- Users with transactions that wait for enrichment.
SELECT DISTINCT connection.user_id AS id
FROM truelayer_transactions AS t
JOIN truelayer_accounts AS account ON account.id = t.account_id
JOIN bank_connections AS connection ON connection.id = account.connection_id
WHERE t.enrichment_required AND coalesce(t.metadata #>> '{enrichment,primary_category}', '') = ''
ORDER BY id
