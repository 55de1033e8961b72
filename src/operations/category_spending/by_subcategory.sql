-- $1: the user, or null for everybody; $2 and $3: from this instant, before that one, or null; $4: the name of what has no
-- category; $5: the category.
WITH spending AS (
    SELECT
        t.metadata #>> '{enrichment,subcategory}' AS name,
        t.currency,
        sum(t.amount) AS total_spend,
        count(*) AS transaction_count
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE
        ($1::int IS NULL OR c.user_id = $1)
        AND t.transaction_type = 'DEBIT'
        AND (t.transaction_category = $5 OR ($5 = $4 AND t.transaction_category IS NULL))
        AND t."timestamp" >= coalesce($2, '-infinity'::timestamptz)
        AND t."timestamp" < coalesce($3, 'infinity'::timestamptz)
    GROUP BY t.metadata #>> '{enrichment,subcategory}', t.currency
)
SELECT
    *,
    EXISTS (
        SELECT FROM subcategory_mappings AS mapping
        JOIN custom_categories AS custom ON custom.id = mapping.custom_category_id
        WHERE
            mapping.subcategory_name = spending.name
            AND custom.category_type = 'promoted'
            AND ($1::int IS NULL OR custom.user_id = $1)
    ) AS already_mapped
FROM spending
ORDER BY total_spend DESC, name, currency
