CREATE TEMPORARY TABLE staged (
    position bigint,
    order_id text,
    order_date date,
    total_amount numeric,
    currency text,
    app_names text,
    publishers text,
    item_count integer,
    source_file text
)
