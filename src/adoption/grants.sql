-- Who but their owner may do what with the tables and sequences $1.
SELECT c.relname AS name,
       string_agg(a.privilege_type, ', ' ORDER BY a.privilege_type) AS privileges,
       CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::regrole::text END AS grantee
FROM pg_class c
CROSS JOIN LATERAL aclexplode(c.relacl) a
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = ANY ($1) AND a.grantee <> c.relowner
GROUP BY c.relname, a.grantee
ORDER BY 1, 3
