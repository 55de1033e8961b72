-- Writes the question for all sequences that number a column of the schema; null where there are none.
SELECT string_agg(
    format(
        'SELECT %L AS "table", %L AS "column", %L AS sequence, next, greatest
         FROM (SELECT last_value + is_called::integer AS next FROM %s) AS sequence,
              (SELECT max(%I)::bigint AS greatest FROM %s) AS rows
         WHERE greatest >= next',
        c.relname, a.attname, d.objid::regclass, d.objid::regclass, a.attname, c.oid::regclass
    ),
    ' UNION ALL '
    ORDER BY c.relname, a.attnum
) AS question
FROM pg_depend d
JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S'
JOIN pg_class c ON c.oid = d.refobjid AND c.relkind IN ('r', 'p')
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
WHERE d.classid = 'pg_class'::regclass
  AND d.refclassid = 'pg_class'::regclass
  AND d.deptype IN ('a', 'i')
  AND c.relnamespace = current_schema()::regnamespace
