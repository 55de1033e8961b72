CREATE TEMPORARY TABLE staged (
    position bigint,
    order_id text,
    line_item_id text,
    asin text,
    title text,
    brand text,
    category text,
    quantity integer,
    unit_price numeric,
    total_price numeric,
    seller_name text
)
