-- $1: the user, or null for everybody; $2 and $3: from this instant, before that one, or null; $4: the name of what has no
-- category.
WITH spending AS (
    SELECT
        coalesce(t.transaction_category, $4) AS name,
        t.currency,
        sum(t.amount) AS total_spend,
        count(*) AS transaction_count
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE
        ($1::int IS NULL OR c.user_id = $1)
        AND t.transaction_type = 'DEBIT'
        AND t."timestamp" >= coalesce($2, '-infinity'::timestamptz)
        AND t."timestamp" < coalesce($3, 'infinity'::timestamptz)
    GROUP BY coalesce(t.transaction_category, $4), t.currency
)
SELECT
    *,
    name IN (
        SELECT custom.name FROM custom_categories AS custom
        WHERE custom.category_type = 'promoted' AND ($1::int IS NULL OR custom.user_id = $1)
    ) AS is_custom
FROM spending
ORDER BY total_spend DESC, name, currency
