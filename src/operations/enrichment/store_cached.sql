-- $1, $2: questions and their directions; $3: the answers as JSON. In the order of the key, so that no two callers wait for
-- each other.
INSERT INTO enrichment_cache (transaction_description, transaction_direction, enrichment_data)
SELECT answered.question, answered.direction, answered.document
FROM unnest($1::text[], $2::text[], $3::text[]) AS answered (question, direction, document)
ORDER BY 1, 2
ON CONFLICT (transaction_description, transaction_direction) DO UPDATE
SET enrichment_data = excluded.enrichment_data, cached_at = now()
