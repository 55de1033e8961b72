SELECT coalesce(transaction_category, 'Uncategorized') || ' ' || sum(amount), count(*)
FROM truelayer_transactions AS t
WHERE account_id = ANY ('{1,2,3,4}') AND transaction_type = 'DEBIT' AND {period}
GROUP BY transaction_category, currency
