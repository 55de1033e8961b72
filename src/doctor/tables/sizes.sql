-- The database, and its five largest tables with their indexes.
(SELECT datname::text AS name, pg_database_size(oid) AS bytes FROM pg_database WHERE datname = current_database())
UNION ALL
(
    SELECT oid::regclass::text, pg_total_relation_size(oid)
    FROM pg_class
    WHERE relkind = 'r' AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
    ORDER BY pg_total_relation_size(oid) DESC
    LIMIT 5
)
