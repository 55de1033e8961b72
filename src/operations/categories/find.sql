-- $1: the user whose transactions are counted, or null for everybody's; $2: the category.
SELECT
    category.*,
    (
        SELECT count(*)
        FROM truelayer_transactions AS t
        JOIN truelayer_accounts AS a ON a.id = t.account_id
        JOIN bank_connections AS c ON c.id = a.connection_id
        WHERE t.category_id = category.id AND ($1::integer IS NULL OR c.user_id = $1)
    ) AS transaction_count,
    (SELECT count(*) FROM normalized_subcategories AS s WHERE s.category_id = category.id) AS subcategory_count
FROM normalized_categories AS category
WHERE category.id = $2
