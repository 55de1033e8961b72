-- What the tables of the schema in use demand of their rows, each with the query of the rows that are against it.
WITH tables AS (
    SELECT oid, quote_ident(relname) AS name
    FROM pg_class
    WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')
), unique_keys AS (
    SELECT
        i.indexrelid,
        t.oid,
        t.name,
        i.indnullsnotdistinct AS takes_one_null,
        pg_get_expr(i.indpred, i.indrelid) AS predicate,
        ARRAY(
            SELECT pg_get_indexdef(i.indexrelid, place, true)
            FROM generate_series(1, i.indnkeyatts) AS place
            ORDER BY place
        ) AS keys
    FROM pg_index i
    JOIN tables t ON t.oid = i.indrelid
    WHERE i.indisunique
), key_columns AS (
    -- The index of a constraint depends on columns by way of the constraint.
    SELECT k.indexrelid, array_agg(DISTINCT d.refobjsubid::smallint) AS list
    FROM unique_keys k
    LEFT JOIN pg_constraint o ON o.conindid = k.indexrelid AND o.conrelid = k.oid
    JOIN pg_depend d
        ON (d.classid = 'pg_class'::regclass AND d.objid = k.indexrelid OR d.classid = 'pg_constraint'::regclass AND d.objid = o.oid)
       AND d.refclassid = 'pg_class'::regclass AND d.refobjid = k.oid AND d.refobjsubid > 0
    GROUP BY k.indexrelid
)
SELECT
    k.oid AS table_number,
    c.list AS columns,
    ARRAY[]::oid[] AS others,
    'UNIQUE ' || substring(pg_get_indexdef(k.indexrelid) FROM ' USING \w+ (.*)$') AS rule,
    format(
        'SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY %s) AS nth_of_its_key FROM %s%s) AS numbered WHERE nth_of_its_key > 1',
        array_to_string(k.keys, ', '),
        k.name,
        ' WHERE ' || nullif(concat_ws(
            ' AND ',
            k.predicate,
            CASE WHEN NOT k.takes_one_null
                 THEN (SELECT string_agg(format('%s IS NOT NULL', key), ' AND ') FROM unnest(k.keys) AS key) END
        ), '')
    ) AS against
FROM unique_keys k
JOIN key_columns c ON c.indexrelid = k.indexrelid
UNION ALL
SELECT
    t.oid,
    coalesce(o.conkey, '{}'),
    '{}',
    regexp_replace(pg_get_constraintdef(o.oid), ' NOT VALID$', ''),
    format('SELECT * FROM %s WHERE NOT %s', t.name, pg_get_expr(o.conbin, o.conrelid))
FROM pg_constraint o
JOIN tables t ON t.oid = o.conrelid
WHERE o.contype = 'c'
UNION ALL
SELECT
    t.oid,
    ARRAY[a.attnum],
    '{}',
    format('%I NOT NULL', a.attname),
    format('SELECT * FROM %s WHERE %I IS NULL', t.name, a.attname)
FROM pg_attribute a
JOIN tables t ON t.oid = a.attrelid
WHERE a.attnotnull AND a.attnum > 0 AND NOT a.attisdropped
UNION ALL
SELECT
    t.oid,
    o.conkey,
    ARRAY[o.confrelid],
    regexp_replace(pg_get_constraintdef(o.oid), ' NOT VALID$', ''),
    format(
        'SELECT * FROM %s AS referring WHERE %s AND NOT EXISTS (SELECT FROM %s AS referred WHERE %s)',
        t.name, columns.are_given, referred.name, columns.agree
    )
FROM pg_constraint o
JOIN tables t ON t.oid = o.conrelid
JOIN tables referred ON referred.oid = o.confrelid
CROSS JOIN LATERAL (
    SELECT
        string_agg(format('referring.%I IS NOT NULL', a.attname), ' AND ') AS are_given,
        string_agg(format('referred.%I = referring.%I', b.attname, a.attname), ' AND ') AS agree
    FROM unnest(o.conkey, o.confkey) AS pair (own, other)
    JOIN pg_attribute a ON a.attrelid = o.conrelid AND a.attnum = pair.own
    JOIN pg_attribute b ON b.attrelid = o.confrelid AND b.attnum = pair.other
) AS columns
WHERE o.contype = 'f' AND o.conparentid = 0
