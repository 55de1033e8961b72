-- The columns of the tables of the schema in use, under numbers that outlive renaming.
SELECT
    c.oid AS table_number,
    quote_ident(c.relname) AS table_name,
    a.attnum AS number,
    quote_ident(a.attname) AS name,
    format_type(a.atttypid, a.atttypmod) AS sql_type,
    a.attgenerated <> '' AS is_generated,
    -- A constant: what a column that is added again gives each row by itself.
    substring(
        pg_get_expr(d.adbin, d.adrelid)
        FROM '^(?:''(?:[^'']|'''')*''(?:::[a-z0-9 (),]+(?:\[\])?)?|-?[0-9.]+|true|false)$'
    ) AS constant_default
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relnamespace = current_schema()::regnamespace
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND c.relname NOT LIKE '\_\_%'
ORDER BY c.relname, a.attnum
