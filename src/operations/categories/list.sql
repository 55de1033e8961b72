-- $1: the user whose transactions are counted, or null for everybody's; $2: whether only those in use are listed.
SELECT
    category.*,
    coalesce(transactions.count, 0) AS transaction_count,
    coalesce(subcategories.count, 0) AS subcategory_count
FROM normalized_categories AS category
LEFT JOIN (
    SELECT t.category_id, count(*) AS count
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE t.category_id IS NOT NULL AND ($1::integer IS NULL OR c.user_id = $1)
    GROUP BY t.category_id
) AS transactions ON transactions.category_id = category.id
LEFT JOIN (
    SELECT category_id, count(*) AS count FROM normalized_subcategories GROUP BY category_id
) AS subcategories ON subcategories.category_id = category.id
WHERE category.is_active OR NOT $2
ORDER BY category.display_order, category.name
