-- Deletes receipts for good and tells, as one JSON object, how many and what lay in the object store for them.
-- $1: the user, or null for everybody; $2: receipts made before this instant.
WITH gone AS (
    DELETE FROM gmail_receipts AS r
    WHERE
        r.parsing_status = 'unparseable'
        AND r.created_at < $2
        AND r.deleted_at IS NULL
        AND ($1::integer IS NULL OR r.connection_id IN (SELECT c.id FROM gmail_connections AS c WHERE c.user_id = $1))
        AND NOT EXISTS (SELECT FROM gmail_transaction_matches AS m WHERE m.gmail_receipt_id = r.id)
        AND NOT EXISTS (
            SELECT FROM transaction_enrichment_sources AS s WHERE s.source_type = 'gmail' AND s.source_id = r.id
        )
    RETURNING r.id
),
object AS (
    SELECT p.id, p.bucket_name, p.object_key FROM pdf_attachments AS p JOIN gone ON gone.id = p.gmail_receipt_id
)
SELECT jsonb_build_object(
    'receipts', (SELECT count(*) FROM gone),
    'objects', (
        SELECT coalesce(
            jsonb_agg(jsonb_build_object('bucket_name', bucket_name, 'object_key', object_key) ORDER BY id),
            '[]'
        )
        FROM object
    )
) AS deleted
