-- Runs the statement that stores one row; says in the setting `spending_db.stored` how many rows it stored, and in
-- `spending_db.reason` why it stored none. Errors that are not about the row's data are let through.
DO $judge$
DECLARE
    stored bigint;
    message text;
    detail text;
BEGIN
    $insert;
    GET DIAGNOSTICS stored = ROW_COUNT;
    PERFORM set_config('spending_db.stored', stored::text, true), set_config('spending_db.reason', '', true);
EXCEPTION WHEN data_exception OR integrity_constraint_violation OR program_limit_exceeded THEN
    GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL;
    PERFORM set_config('spending_db.stored', '0', true),
        set_config('spending_db.reason', concat_ws(': ', message, nullif(detail, '')), true);
END
$judge$
