-- Spending by category, merchant or month ($1), one line a group and currency, and one total a currency.
-- $2: the user, or null for everybody; $3 and $4: from this instant, before that one, or null.
WITH spending AS (
    SELECT
        t.currency,
        t.amount,
        t.transaction_type = 'DEBIT' AS is_payment,
        s.description AS product,
        CASE $1
            WHEN 'month' THEN to_char(t."timestamp" AT TIME ZONE 'UTC', 'YYYY-MM')
            WHEN 'merchant' THEN coalesce(nullif(btrim(t.merchant_name), ''), 'Unknown Merchant')
            ELSE coalesce(
                category.name,
                nullif(btrim(t.metadata #>> '{enrichment,primary_category}'), ''),
                nullif(nullif(btrim(t.transaction_category), ''), 'Other'),
                nullif(btrim(t.metadata #>> '{transaction_classification,0}'), ''),
                CASE t.metadata ->> 'transaction_category'
                    WHEN 'ATM' THEN 'Cash'
                    WHEN 'BILL_PAYMENT' THEN 'Bill payment'
                    WHEN 'CASH' THEN 'Cash'
                    WHEN 'CHEQUE' THEN 'Cheque'
                    WHEN 'DIRECT_DEBIT' THEN 'Direct debit'
                    WHEN 'FEE_CHARGE' THEN 'Fees'
                    WHEN 'INTEREST' THEN 'Interest'
                    WHEN 'STANDING_ORDER' THEN 'Standing order'
                    WHEN 'TRANSFER' THEN 'Transfer'
                END,
                'Uncategorised'
            )
        END AS name
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    LEFT JOIN normalized_categories AS category ON category.id = t.category_id
    LEFT JOIN transaction_enrichment_sources AS s ON s.truelayer_transaction_id = t.id AND s.is_primary
    WHERE
        ($2::int IS NULL OR c.user_id = $2)
        AND t."timestamp" >= coalesce($3, '-infinity'::timestamptz)
        AND t."timestamp" < coalesce($4, 'infinity'::timestamptz)
        AND (t.transaction_type = 'DEBIT' OR t.pre_enrichment_status IN ('AMZN RTN', 'Matched'))
)
SELECT
    CASE WHEN grouping(name) = 0 THEN name END AS name,
    currency,
    count(*) FILTER (WHERE is_payment) AS payments,
    coalesce(sum(amount) FILTER (WHERE is_payment), 0) AS spent,
    count(product) FILTER (WHERE is_payment) AS matched,
    coalesce(sum(amount) FILTER (WHERE NOT is_payment), 0) AS refunded,
    CASE WHEN $1 = 'merchant' AND grouping(name) = 0
        THEN coalesce(array_agg(product ORDER BY product) FILTER (WHERE is_payment AND product IS NOT NULL), '{}')
        ELSE '{}'
    END AS products
FROM spending
GROUP BY GROUPING SETS ((currency, name), (currency))
ORDER BY currency, CASE WHEN $1 = 'month' THEN name END, spent DESC, name
