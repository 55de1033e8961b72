-- $1: transactions, locked; $2: the statuses that were read; $3: those to write. What was changed, matched or unmatched
-- since the reading stays as it is now.
UPDATE truelayer_transactions AS t
SET pre_enrichment_status = change.decided
FROM unnest($1::int[], $2::text[], $3::text[]) AS change (id, read, decided)
WHERE
    t.id = change.id
    AND t.pre_enrichment_status IS NOT DISTINCT FROM change.read
    AND (change.decided = 'Matched') = EXISTS (
        SELECT FROM truelayer_amazon_transaction_matches AS m WHERE m.truelayer_transaction_id = t.id
        UNION ALL
        SELECT FROM truelayer_amazon_business_matches AS m WHERE m.truelayer_transaction_id = t.id
        UNION ALL
        SELECT FROM apple_transaction_matches AS m WHERE m.truelayer_transaction_id = t.id
        UNION ALL
        SELECT FROM amazon_returns AS r WHERE r.refund_transaction_id = t.id
    )
