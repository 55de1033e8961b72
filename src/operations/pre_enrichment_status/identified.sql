-- $1: the user, or null for everybody.
SELECT
    count(*) FILTER (
        WHERE t.pre_enrichment_status = 'AMZN'
        OR t.id IN (SELECT truelayer_transaction_id FROM truelayer_amazon_transaction_matches)
    ) AS amazon,
    count(*) FILTER (
        WHERE t.pre_enrichment_status = 'Apple'
        OR t.id IN (SELECT truelayer_transaction_id FROM apple_transaction_matches)
    ) AS apple,
    count(*) FILTER (
        WHERE t.pre_enrichment_status = 'AMZN RTN'
        OR t.id IN (SELECT refund_transaction_id FROM amazon_returns WHERE refund_transaction_id IS NOT NULL)
    ) AS amazon_returns
FROM truelayer_transactions AS t
JOIN truelayer_accounts AS a ON a.id = t.account_id
JOIN bank_connections AS c ON c.id = a.connection_id
WHERE $1::int IS NULL OR c.user_id = $1
