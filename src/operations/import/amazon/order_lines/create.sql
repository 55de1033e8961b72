CREATE TEMPORARY TABLE lines (
    number bigint,
    order_id text,
    fault text,
    order_date date,
    website text,
    currency text,
    total_owed numeric,
    product_name text,
    short_name text,
    order_status text,
    shipment_status text
)
