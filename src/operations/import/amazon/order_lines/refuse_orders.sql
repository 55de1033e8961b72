-- $1: positions of orders; $2: why each is refused.
UPDATE pg_temp.lines AS l
SET fault = refused.reason
FROM unnest($1::bigint[], $2::text[]) AS refused (position, reason)
JOIN pg_temp.staged AS s ON s.position = refused.position
WHERE l.order_id = s.order_id AND l.fault IS NULL
