INSERT INTO amazon_business_line_items (
    order_id, line_item_id, asin, title, brand, category, quantity, unit_price, total_price, seller_name
)
SELECT
    order_id, line_item_id, asin, title, brand, category, quantity, unit_price, total_price, seller_name
FROM pg_temp.ordered
WHERE place BETWEEN $1 AND $2
ORDER BY place
ON CONFLICT (order_id, line_item_id) WHERE line_item_id IS NOT NULL DO NOTHING
