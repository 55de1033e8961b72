-- Orders that are new, each with its lines; the last part is there to count the orders.
WITH sent AS MATERIALIZED (
    SELECT * FROM pg_temp.ordered WHERE place BETWEEN $1 AND $2
), stored AS (
    INSERT INTO amazon_business_orders (
        order_id, order_date, region, purchase_order_number, order_status, buyer_name, buyer_email, subtotal, tax,
        shipping, net_total, currency, item_count, product_summary
    )
    SELECT
        order_id, order_date, region, purchase_order_number, order_status, buyer_name, buyer_email, subtotal, tax,
        shipping, net_total, currency, jsonb_array_length(lines::jsonb),
        (
            SELECT string_agg(line ->> 'title', ', ' ORDER BY number)
            FROM jsonb_array_elements(lines::jsonb) WITH ORDINALITY AS line (line, number)
        )
    FROM sent
    ORDER BY place
    ON CONFLICT (order_id) DO NOTHING
    RETURNING order_id
), lines AS (
    INSERT INTO amazon_business_line_items (
        order_id, asin, title, category, quantity, unit_price, total_price, seller_name
    )
    SELECT sent.order_id, asin, title, category, quantity, unit_price, total_price, seller_name
    FROM stored
    JOIN sent ON sent.order_id = stored.order_id AND sent.nth = 1
    CROSS JOIN ROWS FROM (
        jsonb_to_recordset(sent.lines::jsonb) AS (
            asin text, title text, category text, quantity integer, unit_price numeric, total_price numeric,
            seller_name text
        )
    ) WITH ORDINALITY AS line (asin, title, category, quantity, unit_price, total_price, seller_name, number)
    ORDER BY sent.place, line.number
)
UPDATE pg_temp.ordered AS o
SET lines = '[]'
FROM stored
WHERE o.order_id = stored.order_id AND o.nth = 1
