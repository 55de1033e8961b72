CREATE TEMPORARY TABLE staged (
    position bigint,
    card_id integer,
    transaction_id text,
    normalised_provider_id text,
    "timestamp" timestamptz,
    description text,
    amount numeric,
    currency text,
    transaction_type text,
    category text,
    merchant_name text,
    running_balance numeric,
    metadata text
)
