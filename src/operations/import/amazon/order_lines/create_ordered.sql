-- As the import of any list makes it of `staged`, which stays empty here: the lines are put together in order.
CREATE TEMPORARY TABLE ordered (place bigint, nth bigint, LIKE pg_temp.staged)
