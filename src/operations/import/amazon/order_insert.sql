INSERT INTO amazon_orders (
    order_id, order_date, website, currency, total_owed, product_names, order_status, shipment_status, source_file
)
SELECT order_id, order_date, website, currency, total_owed, product_names, order_status, shipment_status, source_file
FROM pg_temp.ordered
WHERE place BETWEEN $1 AND $2
ORDER BY place
ON CONFLICT (order_id) DO NOTHING
