-- $1: transactions; $2: why they failed. A transaction that is gone meanwhile is passed over.
INSERT INTO llm_enrichment_failures AS failure (transaction_id, error_message)
SELECT t.id, left(failed.message, 500)
FROM unnest($1::integer[], $2::text[]) AS failed (transaction_id, message)
JOIN truelayer_transactions AS t ON t.id = failed.transaction_id
ORDER BY t.id
ON CONFLICT (transaction_id) DO UPDATE
SET error_message = excluded.error_message, retry_count = failure.retry_count + 1, failed_at = now()
