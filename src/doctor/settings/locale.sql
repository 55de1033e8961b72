SELECT
    quote_ident(datname) AS database,
    pg_encoding_to_char(encoding)::text AS encoding,
    datcollversion AS recorded,
    pg_database_collation_actual_version(oid) AS actual
FROM pg_database
WHERE datname = current_database()
