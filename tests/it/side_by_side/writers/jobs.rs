//! Progress of background work, written by both.

use diesel::prelude::*;
use spending_db::models::system::{MatchingJob, MatchingJobCounts, NewMatchingJob};
use spending_db::models::truelayer::{ImportCounts, TrueLayerImportProgress};
use spending_db::types::EVERYONE;

use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::sql::{execute, lines};
use crate::support::threads::race;

#[test]
fn an_account_of_an_import_has_one_row() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let (job, account) = (home.import_job, home.account);
    let old = format!(
        "INSERT INTO truelayer_import_progress (job_id, account_id, progress_status, synced_count, duplicates_count, errors_count)
         VALUES ({job}, {account}, 'completed', 1, 1, 1)
         ON CONFLICT (job_id, account_id) DO UPDATE SET
             synced_count = EXCLUDED.synced_count, duplicates_count = EXCLUDED.duplicates_count,
             errors_count = EXCLUDED.errors_count, completed_at = NOW(), updated_at = NOW()"
    );
    let inserts = |conn: &mut PgConnection, _| {
        execute(conn, &old).unwrap();
    };
    let counts = ImportCounts {
        synced: 2,
        duplicates: 2,
        errors: 2,
    };
    let records = |conn: &mut PgConnection, _| {
        TrueLayerImportProgress::record(conn, EVERYONE, job, account, counts, None).unwrap();
    };
    race(&db, &[&inserts, &records, &inserts, &records], |conn, _| {
        let stored =
            "SELECT format('%s %s %s', synced_count, duplicates_count, errors_count) AS line
                      FROM truelayer_import_progress";
        let stored = lines(conn, stored);
        assert!(stored == ["1 1 1"] || stored == ["2 2 2"], "{stored:?}");
        execute(conn, "DELETE FROM truelayer_import_progress").unwrap();
    });
}

#[test]
fn counters_of_a_matching_run_are_of_one_writer_each() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let user = Household::new(conn, "ada").user;
    let job = NewMatchingJob::new(user, "amazon").insert(conn).unwrap().id;
    let old = |conn: &mut PgConnection, round: usize| {
        let set = format!(
            "UPDATE matching_jobs SET processed_items = {round}, matched_items = {round} WHERE id = {job}"
        );
        execute(conn, &set).unwrap();
    };
    let new = |conn: &mut PgConnection, round: usize| {
        let round = i32::try_from(round).unwrap();
        let counts = MatchingJobCounts {
            total_items: Some(100),
            failed_items: Some(round),
            ..MatchingJobCounts::default()
        };
        MatchingJob::set_counts(conn, EVERYONE, job, counts).unwrap();
    };
    race(&db, &[&old, &new, &old, &new], |conn, round| {
        let stored = "SELECT format('%s %s %s %s', total_items, processed_items, matched_items, failed_items) AS line
                      FROM matching_jobs";
        assert_eq!(
            lines(conn, stored),
            [format!("100 {round} {round} {round}")]
        );
    });
}
