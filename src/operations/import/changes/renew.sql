-- Renews the rows that are not kept; answers each field that differed, at most $1.
WITH known AS MATERIALIZED (
    SELECT t.id, s.place, $is_kept AS is_kept
    FROM pg_temp.differing AS d
    JOIN pg_temp.ordered AS s ON s.place = d.place
    JOIN $table AS t ON t.id = d.id
    WHERE $differs
), renewed AS (
    UPDATE $table AS t SET $assignments
    FROM known
    JOIN pg_temp.ordered AS s ON s.place = known.place
    WHERE t.id = known.id AND NOT known.is_kept
)
SELECT s.position, t.$key AS record, v.field, v.stored, v.sent, NOT known.is_kept AS renewed
FROM known
JOIN pg_temp.ordered AS s ON s.place = known.place
JOIN $table AS t ON t.id = known.id
CROSS JOIN LATERAL (VALUES $fields) AS v (field, stored, sent, differs)
WHERE v.differs AND v.sent IS NOT NULL
ORDER BY s.position, v.field
LIMIT $1
