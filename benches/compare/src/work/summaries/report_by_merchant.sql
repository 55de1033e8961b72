SELECT
    merchant_name || ' ' || coalesce(sum(amount) FILTER (WHERE transaction_type = 'DEBIT'), 0)
    || ' ' || coalesce(sum(amount) FILTER (WHERE transaction_type = 'CREDIT'), 0),
    count(*) FILTER (WHERE transaction_type = 'DEBIT') + count(s.description) FILTER (WHERE transaction_type = 'DEBIT'), array_agg(s.description ORDER BY s.description) FILTER (WHERE transaction_type = 'DEBIT' AND s.description IS NOT NULL)
FROM truelayer_transactions AS t
LEFT JOIN transaction_enrichment_sources AS s ON s.truelayer_transaction_id = t.id AND s.is_primary
WHERE
    account_id = ANY ('{1,2,3,4}') AND (transaction_type = 'DEBIT' OR pre_enrichment_status IN ('AMZN RTN', 'Matched'))
    AND {period}
GROUP BY merchant_name, currency
