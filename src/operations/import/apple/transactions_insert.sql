INSERT INTO apple_transactions (
    order_id, order_date, total_amount, currency, app_names, publishers, item_count, source_file
)
SELECT
    order_id, order_date, total_amount, currency, app_names, publishers, item_count, source_file
FROM pg_temp.ordered
WHERE place BETWEEN $1 AND $2
ORDER BY place
ON CONFLICT (order_id) DO NOTHING
