-- $1: the numbers of the orders.
UPDATE amazon_business_orders AS o
SET product_summary = lines.titles, item_count = lines.quantity
FROM (
    SELECT order_id, string_agg(title, ', ' ORDER BY id) AS titles, coalesce(sum(quantity), 0)::integer AS quantity
    FROM amazon_business_line_items
    WHERE order_id = ANY ($1)
    GROUP BY order_id
) AS lines
WHERE o.order_id = lines.order_id
