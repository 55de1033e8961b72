INSERT INTO amazon_business_orders (
    order_id, order_date, region, purchase_order_number, order_status, buyer_name, buyer_email, subtotal, tax,
    shipping, net_total, currency, item_count, product_summary
)
SELECT
    order_id, order_date, region, purchase_order_number, order_status, buyer_name, buyer_email, subtotal, tax,
    shipping, net_total, currency, item_count, product_summary
FROM pg_temp.ordered
WHERE place BETWEEN $1 AND $2
ORDER BY place
ON CONFLICT (order_id) DO NOTHING
