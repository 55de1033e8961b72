-- $1, $2: questions and their directions; $3: the mark of the reservation; $4: the seconds after which one without a sign of
-- life is void; $5: what the marks of all reservations are like. In the order of the key, so that no two callers wait for
-- each other.
INSERT INTO enrichment_cache AS cache (transaction_description, transaction_direction, enrichment_data)
SELECT DISTINCT asked.question, asked.direction, $3
FROM unnest($1::text[], $2::text[]) AS asked (question, direction)
ORDER BY 1, 2
ON CONFLICT (transaction_description, transaction_direction) DO UPDATE
SET enrichment_data = excluded.enrichment_data, cached_at = clock_timestamp()
WHERE
    coalesce(cache.enrichment_data, '') = ''
    OR cache.enrichment_data LIKE $5 AND cache.cached_at < clock_timestamp() - make_interval(secs => $4)
RETURNING transaction_description, transaction_direction
