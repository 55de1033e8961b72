//! Rules, categories and matching runs.

use super::{run, session};
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::sql::lines;

#[test]
fn direct_debits_are_mapped_again() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let save = "INSERT INTO merchant_normalizations (pattern, pattern_type, normalized_name, merchant_type, default_category, priority, source)
                VALUES ('E.ON', 'exact', 'E.ON Next', NULL, 'Bills', 100, 'direct_debit')
                ON CONFLICT (pattern, pattern_type) DO UPDATE SET
                    normalized_name = EXCLUDED.normalized_name, merchant_type = EXCLUDED.merchant_type,
                    default_category = EXCLUDED.default_category, priority = 100, source = 'direct_debit', updated_at = NOW()
                RETURNING id::text AS line";
    assert_eq!(lines(conn, save), lines(conn, save));
    let counted =
        "UPDATE merchant_normalizations SET usage_count = usage_count + 1 WHERE pattern = 'E.ON'";
    run(conn, &[(counted, 1), (counted, 1)]);
    let stored =
        "SELECT usage_count::text AS line FROM merchant_normalizations WHERE pattern = 'E.ON'";
    assert_eq!(lines(conn, stored), ["2"]);
}

#[test]
fn a_category_is_renamed_where_it_is_used() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let home = Household::new(conn, "ada");
    let (category, payment) = (home.category, home.payment);
    let used = format!(
        "UPDATE truelayer_transactions SET category_id = {category}, transaction_category = 'Old', metadata = '{{\"enrichment\": {{}}}}' WHERE id = {payment}"
    );
    let renamed = format!(
        "UPDATE normalized_categories SET name = 'New', color = '#fff' WHERE id = {category}"
    );
    let carried = format!(
        "UPDATE truelayer_transactions
         SET transaction_category = 'New',
             metadata = CASE WHEN metadata->'enrichment' IS NULL THEN metadata
                        ELSE jsonb_set(metadata, '{{enrichment,primary_category}}', to_jsonb('New'::text)) END
         WHERE category_id = {category}"
    );
    let rule = format!(
        "INSERT INTO category_rules (rule_name, description_pattern, category, category_id)
         VALUES ('r', 'X', 'New', {category})
         RETURNING format('%s %s %s %s %s', pattern_type, priority, is_active, source, usage_count) AS line"
    );
    run(conn, &[(&used, 1), (&renamed, 1), (&carried, 1)]);
    assert_eq!(lines(conn, &rule), ["contains 0 t manual 0"]);
    let custom =
        "INSERT INTO custom_categories (name, category_type) VALUES ('Holidays', 'promoted')
                  ON CONFLICT (user_id, name) DO NOTHING";
    run(conn, &[(custom, 1), (custom, 0)]);
}

#[test]
fn a_matching_run() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    Household::new(conn, "ada");
    let made =
        "INSERT INTO matching_jobs (user_id, job_type, celery_task_id) VALUES (1, 'amazon', 'task')
                RETURNING format('%s %s %s', id, status, matched_items) AS line";
    assert_eq!(lines(conn, made), ["1 queued 0"]);
    run(
        conn,
        &[
            ("UPDATE matching_jobs SET status = 'running', started_at = CURRENT_TIMESTAMP WHERE id = 1", 1),
            ("UPDATE matching_jobs SET processed_items = 5, matched_items = 3 WHERE id = 1", 1),
            (
                "UPDATE matching_jobs SET status = 'failed', error_message = 'stalled', completed_at = CURRENT_TIMESTAMP
                 WHERE status IN ('queued', 'running') AND started_at < CURRENT_TIMESTAMP - INTERVAL '30 minutes'",
                0,
            ),
            ("UPDATE matching_jobs SET status = 'completed', completed_at = CURRENT_TIMESTAMP, error_message = NULL WHERE id = 1", 1),
        ],
    );
    let took = "SELECT (EXTRACT(EPOCH FROM completed_at - started_at) < 60)::text AS line FROM matching_jobs";
    assert_eq!(lines(conn, took), ["true"]);
}
