SELECT
    coalesce(sum(amount) FILTER (WHERE class = 'Essential'), 0.00) || ' '
    || coalesce(sum(amount) FILTER (WHERE class = 'Discretionary'), 0.00),
    count(*) FILTER (WHERE class IS NULL)
FROM (
    SELECT amount, currency, metadata #>> '{enrichment,essential_discretionary}' AS class
    FROM truelayer_transactions AS t
    WHERE account_id = ANY ('{1,2,3,4}') AND transaction_type = 'DEBIT' AND amount > 0 AND {period}
) AS spending
GROUP BY currency
