CREATE TEMPORARY TABLE staged (
    position bigint,
    order_id text,
    reversal_id text,
    refund_completion_date date,
    currency text,
    amount_refunded numeric,
    status text,
    disbursement_type text,
    source_file text,
    original_transaction_id integer,
    refund_transaction_id integer
)
