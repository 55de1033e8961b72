-- $1: returns, locked; $2: their payments; $3: their credits.
UPDATE amazon_returns AS r
SET original_transaction_id = link.original, refund_transaction_id = link.credit
FROM unnest($1::integer[], $2::integer[], $3::integer[]) AS link (return_id, original, credit)
WHERE r.id = link.return_id
