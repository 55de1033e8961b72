SELECT
    position,
    current_setting('spending_db.stored')::bigint AS stored,
    current_setting('spending_db.reason') AS reason
FROM pg_temp.ordered
WHERE place = $1
