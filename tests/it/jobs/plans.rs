//! How the database goes about the statements of the queue when it holds 100,000 jobs that have ended.

use diesel::RunQueryDsl;
use spending_db::jobs::Queue;
use spending_db::models::system::{SyncJob, SyncJobFilter};
use spending_db::types::{EVERYONE, SyncJobState};

use super::kinds::new_note;
use super::place::Place;
use crate::support::explain::{assert_indexed, plan_for, plans};

macro_rules! statement {
    ($file:literal) => {
        include_str!(concat!("../../../src/jobs/", $file))
    };
}

const FINISHED: &str = "INSERT INTO sync_jobs (kind, state, attempts, started_at, finished_at, run_at, unique_key) \
    SELECT (ARRAY['note', 'gated', 'other'])[1 + n % 3], 'completed', 1, now(), now(), now() - interval '1 day', \
        CASE WHEN n % 10 = 0 THEN 'schedule:x' END \
    FROM generate_series(1, 100000) n";
const WAITING: &str = "INSERT INTO sync_jobs (kind, priority) \
    SELECT 'note', n % 3 FROM generate_series(1, 2000) n";
const RUNNING: &str = "INSERT INTO sync_jobs (kind, state, attempts, locked_by, locked_until) \
    SELECT 'note', 'running', 1, 'w', now() + interval '1 minute' FROM generate_series(1, 20) n";

#[test]
fn a_claim_reads_the_queued_jobs_in_their_order() {
    for statistics in ["when it was empty", "as they are"] {
        let place = Place::new();
        place.execute(FINISHED);
        if statistics == "when it was empty" {
            // The planner thinks that there are no queued jobs; sorting them all would look cheap.
            place.execute("ANALYZE sync_jobs");
            place.execute(WAITING);
        } else {
            place.execute(WAITING);
            place.execute("ANALYZE sync_jobs");
        }
        let values = ["ARRAY['note', 'gated']", "ARRAY[60.0, 2.0]", "'w'", "10"];
        let send = |conn: &mut diesel::PgConnection| {
            diesel::sql_query(statement!("claims/claim.sql")).execute(conn)
        };
        let conn = &mut place.conn();
        let mut both = plans(conn, send);
        both.push(plan_for(conn, &values, send));
        for plan in both {
            assert_eq!(plan.scanned(), [""; 0], "{statistics}");
            let mut indexes = plan.indexes();
            indexes.sort_unstable();
            let expected = ["sync_jobs_pkey", "sync_jobs_priority_run_at_id_queued_idx"];
            assert_eq!(indexes, expected, "{statistics}");
        }
    }
}

#[test]
fn every_statement_has_its_index() {
    let place = Place::new();
    for fill in [FINISHED, WAITING, RUNNING, "ANALYZE sync_jobs"] {
        place.execute(fill);
    }
    let conn = &mut place.conn();
    for (name, text) in [
        ("complete", statement!("claims/complete.sql")),
        ("fail", statement!("claims/fail.sql")),
        ("hand back", statement!("claims/hand_back.sql")),
        ("hold", statement!("claims/hold.sql")),
        ("rescue", statement!("claims/rescue.sql")),
        ("work left", statement!("claims/has_work.sql")),
        ("unique key", statement!("queue/find_active.sql")),
        ("schedule", statement!("schedule/plan.sql")),
        ("renew", statement!("claims/renew.sql")),
    ] {
        assert_indexed(conn, name, |conn| diesel::sql_query(text).execute(conn));
    }
    assert_indexed(conn, "newest", |conn| {
        SyncJob::list(
            conn,
            EVERYONE,
            &SyncJobFilter {
                limit: Some(10),
                ..SyncJobFilter::default()
            },
        )
        .unwrap()
    });
    let filter = SyncJobFilter {
        kind: Some("note"),
        state: Some(SyncJobState::Failed),
        limit: Some(10),
    };
    assert_indexed(conn, "newest of a kind", |conn| {
        SyncJob::list(conn, EVERYONE, &filter).unwrap()
    });
    let id = Queue::insert(conn, &new_note("x")).unwrap().id;
    let cancel = plans(conn, |conn| Queue::cancel(conn, EVERYONE, id).unwrap());
    assert_eq!(cancel[0].indexes(), ["sync_jobs_pkey"]);
    assert_indexed(conn, "retry", |conn| {
        Queue::retry(conn, EVERYONE, id).unwrap()
    });
}
