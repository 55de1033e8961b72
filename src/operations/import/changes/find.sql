-- The rows of $table that differ from their record.
CREATE TEMPORARY TABLE differing AS
SELECT t.id, s.place
FROM $table AS t
JOIN pg_temp.ordered AS s ON s.$key = t.$key
WHERE s.nth = 1 AND ($differs)
