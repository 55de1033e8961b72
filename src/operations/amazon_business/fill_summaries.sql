UPDATE amazon_business_orders AS o
SET product_summary = lines.titles
FROM (
    SELECT order_id, string_agg(title, ', ' ORDER BY id) AS titles FROM amazon_business_line_items GROUP BY order_id
) AS lines
WHERE o.order_id = lines.order_id AND coalesce(o.product_summary, '') = '' AND lines.titles <> ''
