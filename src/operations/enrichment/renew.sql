-- $1, $2: questions and their directions; $3: the mark of their reservation.
UPDATE enrichment_cache AS cache
SET cached_at = clock_timestamp()
FROM unnest($1::text[], $2::text[]) AS asked (question, direction)
WHERE
    cache.transaction_description = asked.question
    AND cache.transaction_direction = asked.direction
    AND cache.enrichment_data = $3
