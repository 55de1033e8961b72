-- Ids go in the order of the places; rows go in in the order of the key, so that two writers never wait for each other in
-- a circle. What counts as deleted stays as it is.
WITH placed AS MATERIALIZED (
    SELECT nextval(pg_get_serial_sequence('gmail_receipts', 'id'))::integer AS id, in_order.*
    FROM (SELECT * FROM pg_temp.staged_receipts ORDER BY place) AS in_order
),
saved AS (
    INSERT INTO gmail_receipts (
        id, connection_id, message_id, thread_id, sender_email, sender_name, subject, received_at, merchant_name,
        merchant_name_normalized, merchant_domain, order_id, total_amount, currency_code, receipt_date, line_items,
        receipt_hash, parse_method, parse_confidence, raw_schema_data, llm_cost_cents, parsing_status, parsing_error,
        pdf_processing_status
    )
    SELECT
        id, connection_id, message_id, thread_id, sender_email, sender_name, subject, received_at, merchant_name,
        merchant_name_normalized, merchant_domain, order_id, total_amount, currency_code, receipt_date, line_items,
        receipt_hash, parse_method, parse_confidence, raw_schema_data, llm_cost_cents, parsing_status, parsing_error,
        pdf_processing_status
    FROM placed
    ORDER BY message_id, connection_id
    ON CONFLICT (message_id, connection_id) DO UPDATE SET
        merchant_name = excluded.merchant_name,
        merchant_name_normalized = excluded.merchant_name_normalized,
        total_amount = excluded.total_amount,
        currency_code = excluded.currency_code,
        parse_method = excluded.parse_method,
        parse_confidence = excluded.parse_confidence,
        parsing_status = excluded.parsing_status,
        parsing_error = excluded.parsing_error,
        pdf_processing_status = excluded.pdf_processing_status,
        updated_at = now()
    WHERE gmail_receipts.deleted_at IS NULL
    RETURNING id, connection_id, message_id
)
SELECT coalesce(saved.id, known.id) AS id, connection_id, message_id, saved.id IS NOT NULL AS written
FROM placed
LEFT JOIN saved USING (connection_id, message_id)
LEFT JOIN gmail_receipts AS known USING (connection_id, message_id)
ORDER BY placed.place
