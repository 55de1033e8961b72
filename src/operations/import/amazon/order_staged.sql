CREATE TEMPORARY TABLE staged (
    position bigint,
    order_id text,
    order_date date,
    website text,
    currency text,
    total_owed numeric,
    product_names text,
    order_status text,
    shipment_status text,
    source_file text
)
