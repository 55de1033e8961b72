-- The views, of whatever schema, that stand on the tables $1, directly or by other views, with what makes them again.
WITH RECURSIVE dependants AS (
    SELECT c.oid, 0 AS depth
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY ($1) AND c.relkind IN ('r', 'p')
    UNION
    SELECT r.ev_class, d.depth + 1
    FROM dependants d
    JOIN pg_depend p ON p.refclassid = 'pg_class'::regclass AND p.refobjid = d.oid AND p.classid = 'pg_rewrite'::regclass
    JOIN pg_rewrite r ON r.oid = p.objid AND r.ev_class <> d.oid
    WHERE d.depth < 100
)
SELECT CASE WHEN c.relnamespace = current_schema()::regnamespace THEN c.relname END AS name,
       c.oid::regclass::text AS written,
       c.relkind = 'm' AS is_materialized,
       format(
           'CREATE %s %s%s AS %s',
           kind.word, c.oid::regclass,
           ' WITH (' || array_to_string(c.reloptions, ', ') || ')',
           rtrim(pg_get_viewdef(c.oid), ';')
       ) AS "create",
       array_remove(ARRAY[
           'ALTER ' || kind.word || ' ' || c.oid::regclass || ' OWNER TO ' || quote_ident(nullif(pg_get_userbyid(c.relowner), current_user)),
           'COMMENT ON ' || kind.word || ' ' || c.oid::regclass || ' IS ' || quote_literal(obj_description(c.oid, 'pg_class'))
       ], NULL)
       || ARRAY(SELECT pg_get_indexdef(i.indexrelid) FROM pg_index i WHERE i.indrelid = c.oid ORDER BY 1)
       || ARRAY(SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal ORDER BY 1)
           AS belongings,
       ARRAY(
           SELECT format(
               'GRANT %s ON %s TO %s',
               string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type), c.oid::regclass,
               CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END
           )
           FROM aclexplode(c.relacl) a
           WHERE a.grantee <> c.relowner
           GROUP BY a.grantee
           ORDER BY a.grantee
       ) AS grants
FROM (SELECT oid, max(depth) AS depth FROM dependants WHERE depth > 0 GROUP BY oid) d
JOIN pg_class c ON c.oid = d.oid
CROSS JOIN LATERAL (SELECT CASE c.relkind WHEN 'm' THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END AS word) kind
WHERE c.relkind IN ('v', 'm')
ORDER BY d.depth, c.oid
