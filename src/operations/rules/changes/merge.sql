-- $1: transactions; $2: for each the place in $3, from 1; $3: members for enrichments. What is there already is not
-- written. The rows are locked in the order of their ids, so that no two callers wait for each other.
WITH changed AS (
    SELECT t.id, given.enrichment
    FROM unnest($1::integer[], $2::integer[]) AS decided (id, place)
    JOIN unnest($3::jsonb[]) WITH ORDINALITY AS given (enrichment, place) ON given.place = decided.place
    JOIN truelayer_transactions AS t ON t.id = decided.id
    WHERE (t.metadata -> 'enrichment' @> given.enrichment) IS NOT TRUE
    ORDER BY t.id
    FOR NO KEY UPDATE OF t
)
UPDATE truelayer_transactions AS t
SET metadata = jsonb_set(
    CASE jsonb_typeof(t.metadata) WHEN 'object' THEN t.metadata ELSE '{}' END,
    '{enrichment}',
    CASE jsonb_typeof(t.metadata -> 'enrichment') WHEN 'object' THEN t.metadata -> 'enrichment' ELSE '{}' END
    || changed.enrichment
)
FROM changed
WHERE t.id = changed.id
