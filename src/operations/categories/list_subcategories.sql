-- $1: the user whose transactions are counted, or null for everybody's.
SELECT
    subcategory.*,
    category.name AS category_name,
    coalesce(transactions.count, 0) AS transaction_count
FROM normalized_subcategories AS subcategory
JOIN normalized_categories AS category ON category.id = subcategory.category_id
LEFT JOIN (
    SELECT t.subcategory_id, count(*) AS count
    FROM truelayer_transactions AS t
    JOIN truelayer_accounts AS a ON a.id = t.account_id
    JOIN bank_connections AS c ON c.id = a.connection_id
    WHERE t.subcategory_id IS NOT NULL AND ($1::integer IS NULL OR c.user_id = $1)
    GROUP BY t.subcategory_id
) AS transactions ON transactions.subcategory_id = subcategory.id
ORDER BY category.name, subcategory.display_order, subcategory.name
