-- The five that took the most time in all, and the five that take the most on average, of this database.
SELECT nullif(query, '<insufficient privilege>') AS text, calls, total_exec_time AS total, mean_exec_time AS mean
FROM (
    SELECT
        *,
        row_number() OVER (ORDER BY total_exec_time DESC) AS by_total,
        row_number() OVER (ORDER BY mean_exec_time DESC) AS by_mean
    FROM {schema}.pg_stat_statements
    WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND calls > 0
) AS ranked
WHERE by_total <= 5 OR by_mean <= 5
ORDER BY total_exec_time DESC
