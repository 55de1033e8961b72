-- $1: positions of orders, which are the numbers of their first lines; $2: why each is refused.
UPDATE pg_temp.lines AS l
SET fault = refused.reason
FROM unnest($1::bigint[], $2::text[]) AS refused (position, reason)
JOIN pg_temp.lines AS first ON first.number = refused.position
WHERE l.order_id = first.order_id AND l.fault IS NULL
