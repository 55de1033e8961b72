SELECT
    quote_literal(gid) AS name,
    owner::text AS owner,
    greatest(extract(epoch FROM clock_timestamp() - prepared), 0)::bigint AS seconds
FROM pg_prepared_xacts
WHERE database = current_database()
ORDER BY prepared
