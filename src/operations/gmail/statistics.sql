-- $1: the user.
SELECT
    count(*) FILTER (WHERE live) AS total_receipts,
    count(*) FILTER (WHERE live AND parsing_status = 'parsed') AS parsed_receipts,
    count(*) FILTER (WHERE live AND parsing_status = 'pending') AS pending_receipts,
    count(*) FILTER (WHERE live AND parsing_status = 'failed') AS failed_receipts,
    count(*) FILTER (WHERE live AND matched) AS matched_receipts,
    min(receipt_date) FILTER (WHERE live) AS min_receipt_date,
    max(receipt_date) FILTER (WHERE live) AS max_receipt_date,
    coalesce(sum(llm_cost_cents), 0) AS total_llm_cost_cents
FROM (
    SELECT
        r.*,
        r.deleted_at IS NULL AS live,
        EXISTS (SELECT FROM gmail_transaction_matches AS m WHERE m.gmail_receipt_id = r.id) AS matched
    FROM gmail_receipts AS r
    JOIN gmail_connections AS c ON c.id = r.connection_id
    WHERE c.user_id = $1 AND c.connection_status = 'active'
) AS receipts
