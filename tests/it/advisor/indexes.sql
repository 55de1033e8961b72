SELECT class.relname::text AS name, tables.relname::text AS "table", pg_get_indexdef(class.oid) AS definition,
       pg_relation_size(class.oid) AS bytes,
       index.indisunique AS is_unique,
       (SELECT string_agg(DISTINCT pg_constraint.conrelid::regclass || ' → ' || confrelid::regclass, ', ')
        FROM pg_constraint
        WHERE contype = 'f' AND conrelid = tables.oid
          AND (index.indkey::int2[])[0:cardinality(conkey) - 1] @> conkey) AS foreign_key
FROM pg_index index
JOIN pg_class class ON class.oid = index.indexrelid
JOIN pg_class tables ON tables.oid = index.indrelid
WHERE tables.relnamespace = 'public'::regnamespace AND tables.relname NOT LIKE '\_\_%'
ORDER BY tables.relname, class.relname
