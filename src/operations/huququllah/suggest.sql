-- $1: the user, or null for everybody; $2: the transactions that are asked about.
WITH owned AS (
    SELECT
        t.id,
        t."timestamp",
        t.transaction_type,
        nullif(t.merchant_name, '') AS merchant,
        nullif(t.transaction_category, '') AS category,
        CASE WHEN t.amount < 20 THEN 'small' WHEN t.amount < 100 THEN 'medium' ELSE 'large' END AS size,
        lower(coalesce(
            nullif(t.metadata ->> 'huququllah_classification', ''),
            nullif(t.metadata #>> '{enrichment,essential_discretionary}', '')
        )) AS class
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS account ON account.id = t.account_id
    JOIN bank_connections AS connection ON connection.id = account.connection_id
    WHERE $1::integer IS NULL OR connection.user_id = $1
),
counted AS (
    SELECT
        like_it.step,
        like_it.key,
        owned.class,
        count(*) AS payments,
        max(ARRAY[extract(epoch FROM owned."timestamp"), owned.id]) AS newest
    FROM owned
    CROSS JOIN LATERAL (VALUES (1, owned.merchant), (2, owned.category), (3, owned.size)) AS like_it (step, key)
    WHERE owned.transaction_type = 'DEBIT' AND owned.class IN ('essential', 'discretionary') AND like_it.key IS NOT NULL
    GROUP BY like_it.step, like_it.key, owned.class
),
most AS (
    SELECT DISTINCT ON (step, key)
        step, key, class, payments::numeric / sum(payments) OVER (PARTITION BY step, key) AS share
    FROM counted
    ORDER BY step, key, payments DESC, newest DESC
)
SELECT
    owned.id AS transaction,
    coalesce(by_merchant.class, by_category.class, by_size.class) AS classification,
    round(coalesce(by_merchant.share, by_category.share * 0.7, by_size.share * 0.5, 0), 2) AS confidence
FROM owned
LEFT JOIN most AS by_merchant
    ON by_merchant.step = 1 AND by_merchant.key = owned.merchant AND owned.transaction_type = 'DEBIT'
LEFT JOIN most AS by_category
    ON by_category.step = 2 AND by_category.key = owned.category AND owned.transaction_type = 'DEBIT'
LEFT JOIN most AS by_size
    ON by_size.step = 3 AND by_size.key = owned.size AND owned.transaction_type = 'DEBIT'
WHERE owned.id = ANY ($2)
ORDER BY owned.id
