CREATE TEMPORARY TABLE staged (
    position bigint,
    order_id text,
    order_date date,
    region text,
    purchase_order_number text,
    order_status text,
    buyer_name text,
    buyer_email text,
    subtotal numeric,
    tax numeric,
    shipping numeric,
    net_total numeric,
    currency text,
    lines text
)
