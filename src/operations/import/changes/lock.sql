-- Waits for matches to these rows that are not committed yet.
DO $lock$
BEGIN
    PERFORM FROM $table AS t JOIN pg_temp.differing AS d ON d.id = t.id ORDER BY t.$key FOR UPDATE OF t;
END
$lock$
