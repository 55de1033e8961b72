INSERT INTO amazon_returns (
    order_id, reversal_id, refund_completion_date, currency, amount_refunded, status, disbursement_type,
    source_file, original_transaction_id, refund_transaction_id
)
SELECT
    order_id, reversal_id, refund_completion_date, currency, amount_refunded, status, disbursement_type,
    source_file, original_transaction_id, refund_transaction_id
FROM pg_temp.ordered
WHERE place BETWEEN $1 AND $2
ORDER BY place
ON CONFLICT (reversal_id) DO NOTHING
