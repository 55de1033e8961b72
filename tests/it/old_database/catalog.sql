-- The catalog of the database in the form of `tests/old_database.json`, constraints and indexes by name.
SELECT jsonb_object_agg(
    c.relname,
    jsonb_build_object(
        'columns', (
            SELECT jsonb_agg(
                jsonb_build_object(
                    'name', a.attname,
                    'type', format_type(a.atttypid, a.atttypmod),
                    'not_null', a.attnotnull,
                    'default', pg_get_expr(d.adbin, d.adrelid)
                )
                ORDER BY a.attnum
            )
            FROM pg_attribute a
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        ),
        'constraints', (
            SELECT coalesce(
                jsonb_agg(
                    jsonb_build_object('name', k.conname, 'definition', pg_get_constraintdef(k.oid))
                    ORDER BY k.conname COLLATE "C"
                ),
                '[]'
            )
            FROM pg_constraint k
            WHERE k.conrelid = c.oid AND k.contype <> 'n'
        ),
        'indexes', (
            SELECT coalesce(
                jsonb_agg(
                    jsonb_build_object('name', i.indexrelid::regclass::text, 'definition', pg_get_indexdef(i.indexrelid))
                    ORDER BY i.indexrelid::regclass::text COLLATE "C"
                ),
                '[]'
            )
            FROM pg_index i
            WHERE i.indrelid = c.oid AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.indexrelid)
        )
    )
) AS catalog
FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
