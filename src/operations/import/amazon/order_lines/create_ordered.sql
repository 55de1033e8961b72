CREATE TEMPORARY TABLE ordered (place bigint, nth bigint, LIKE pg_temp.staged)
