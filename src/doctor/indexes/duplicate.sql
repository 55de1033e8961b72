-- $1: the indexes that the migrations make. Of two that are alike the one stays that is stricter, or belongs to a constraint,
-- or to the migrations, or is older.
WITH index AS (
    SELECT
        i.indexrelid, i.indrelid, c.relname, o.conname,
        ROW (i.indisunique, o.conname IS NOT NULL, c.relname::text = ANY ($1), -i.indexrelid::bigint) AS rank,
        ROW (
            c.relam, i.indkey::text, i.indclass::text, i.indcollation::text, i.indoption::text, i.indnkeyatts,
            coalesce(pg_get_expr(i.indexprs, i.indrelid), ''), coalesce(pg_get_expr(i.indpred, i.indrelid), ''), i.indnullsnotdistinct
        ) AS shape
    FROM pg_index AS i
    JOIN pg_class AS c ON c.oid = i.indexrelid
    JOIN pg_stat_user_tables AS s ON s.relid = i.indrelid
    LEFT JOIN pg_constraint AS o ON o.conindid = i.indexrelid AND o.contype IN ('p', 'u', 'x')
    WHERE i.indisvalid
)
SELECT DISTINCT ON (duplicate.indexrelid)
    duplicate.indexrelid::regclass::text AS index,
    kept.indexrelid::regclass::text AS kept,
    kept.indrelid::regclass::text AS "table",
    pg_relation_size(duplicate.indexrelid) AS bytes,
    quote_ident(duplicate.conname) AS constraint
FROM index AS duplicate
JOIN index AS kept ON kept.indrelid = duplicate.indrelid AND kept.shape = duplicate.shape AND kept.rank > duplicate.rank
ORDER BY duplicate.indexrelid, kept.rank DESC
