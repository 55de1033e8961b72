-- The objects of the schema that unqualified names find, as one JSON document. What an extension brought is left out.
WITH relations AS (
    SELECT c.oid, c.relname AS name, c.relkind AS kind, obj_description(c.oid, 'pg_class') AS comment
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace
      AND c.relkind IN ('r', 'p', 'v', 'm')
      AND c.relname NOT LIKE '\_\_%'
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
), columns AS (
    SELECT a.attrelid,
           jsonb_agg(jsonb_build_object(
               'name', a.attname,
               'type', format_type(a.atttypid, a.atttypmod),
               'collation', (SELECT l.collname FROM pg_collation l, pg_type t
                             WHERE l.oid = a.attcollation AND t.oid = a.atttypid AND l.oid <> t.typcollation),
               'not_null', a.attnotnull,
               'identity', CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,
               'generated', CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,
               'default', CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END,
               'comment', col_description(a.attrelid, a.attnum)
           ) ORDER BY a.attnum) AS list
    FROM relations r
    JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
    GROUP BY a.attrelid
), constraints AS (
    -- From PostgreSQL 18 on, NOT NULL has constraints too: it is told with the columns.
    SELECT o.conrelid,
           jsonb_object_agg(o.conname, jsonb_build_object(
               'definition', regexp_replace(pg_get_constraintdef(o.oid), ' NOT VALID$', ''),
               'is_sound', o.convalidated
           )) AS map
    FROM pg_constraint o
    WHERE o.contype IN ('p', 'u', 'f', 'c', 'x') AND o.conrelid <> 0
    GROUP BY o.conrelid
), indexes AS (
    SELECT i.indrelid,
           jsonb_object_agg(c.relname, jsonb_build_object(
               'definition', replace(pg_get_indexdef(i.indexrelid), format(' ON %I.', current_schema()), ' ON '),
               'is_sound', i.indisvalid
           )) AS map
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid
    WHERE NOT EXISTS (SELECT FROM pg_constraint o WHERE o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x'))
    GROUP BY i.indrelid
), triggers AS (
    SELECT t.tgrelid,
           jsonb_object_agg(t.tgname, jsonb_build_object(
               'definition', replace(pg_get_triggerdef(t.oid), format(' ON %I.', current_schema()), ' ON '),
               'is_sound', t.tgenabled <> 'D'
           )) AS map
    FROM pg_trigger t
    WHERE NOT t.tgisinternal
    GROUP BY t.tgrelid
), functions AS (
    SELECT format('%s(%s)', p.proname, pg_get_function_identity_arguments(p.oid)) AS signature,
           replace(pg_get_functiondef(p.oid), format(' FUNCTION %I.', current_schema()), ' FUNCTION ') AS definition,
           obj_description(p.oid, 'pg_proc') AS comment
    FROM pg_proc p
    WHERE p.pronamespace = current_schema()::regnamespace
      AND p.prokind IN ('f', 'p')
      AND NOT EXISTS (SELECT FROM pg_depend d
                      WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
)
SELECT jsonb_build_object(
    'tables', (
        SELECT coalesce(jsonb_object_agg(r.name, jsonb_build_object(
            'comment', r.comment,
            'columns', coalesce(columns.list, '[]'),
            'constraints', coalesce(constraints.map, '{}'),
            'indexes', coalesce(indexes.map, '{}'),
            'triggers', coalesce(triggers.map, '{}')
        )), '{}')
        FROM relations r
        LEFT JOIN columns ON columns.attrelid = r.oid
        LEFT JOIN constraints ON constraints.conrelid = r.oid
        LEFT JOIN indexes ON indexes.indrelid = r.oid
        LEFT JOIN triggers ON triggers.tgrelid = r.oid
        WHERE r.kind IN ('r', 'p')
    ),
    'views', (
        SELECT coalesce(jsonb_object_agg(r.name, jsonb_build_object(
            'comment', r.comment,
            'options', coalesce((SELECT to_jsonb(c.reloptions) FROM pg_class c WHERE c.oid = r.oid), '[]'),
            -- PostgreSQL 16 and later leave out the names of tables where there is one only.
            'query', regexp_replace(regexp_replace(pg_get_viewdef(r.oid), '\m\w+\.', '', 'g'), '\s+', ' ', 'g')
        )), '{}')
        FROM relations r
        WHERE r.kind IN ('v', 'm')
    ),
    'functions', (
        SELECT coalesce(jsonb_object_agg(f.signature, jsonb_build_object(
            'definition', f.definition,
            'comment', f.comment
        )), '{}')
        FROM functions f
    )
) AS catalog
