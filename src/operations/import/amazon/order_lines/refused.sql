-- The first refused lines, at most $1, and how many there are in all.
SELECT number, fault, count(*) OVER () AS "all" FROM pg_temp.lines WHERE fault IS NOT NULL ORDER BY number LIMIT $1
