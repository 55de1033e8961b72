CREATE TEMPORARY TABLE staged (
    position bigint,
    account_id integer,
    import_job_id integer,
    transaction_id text,
    normalised_provider_transaction_id text,
    "timestamp" timestamptz,
    description text,
    amount numeric,
    currency text,
    transaction_type text,
    merchant_name text,
    running_balance numeric,
    metadata text,
    pre_enrichment_status text
)
