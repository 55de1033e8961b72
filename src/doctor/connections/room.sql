WITH reserved AS (
    SELECT
        current_setting('superuser_reserved_connections')::bigint
        + coalesce(current_setting('reserved_connections', true)::bigint, 0) AS reserved
)
SELECT
    current_setting('max_connections')::bigint - reserved AS available,
    reserved,
    (SELECT sum(numbackends) FROM pg_stat_database)::bigint AS used,
    (
        SELECT count(*) FROM pg_stat_activity
        WHERE datid IS NOT NULL
          AND (datname <> current_database() OR application_name <> current_setting('application_name'))
    ) AS others
FROM reserved
