-- $1: the user whose transactions are counted, or null for everybody's; $2: the subcategory.
SELECT
    subcategory.*,
    category.name AS category_name,
    (
        SELECT count(*)
        FROM truelayer_transactions AS t
        JOIN truelayer_accounts AS a ON a.id = t.account_id
        JOIN bank_connections AS c ON c.id = a.connection_id
        WHERE t.subcategory_id = subcategory.id AND ($1::integer IS NULL OR c.user_id = $1)
    ) AS transaction_count
FROM normalized_subcategories AS subcategory
JOIN normalized_categories AS category ON category.id = subcategory.category_id
WHERE subcategory.id = $2
