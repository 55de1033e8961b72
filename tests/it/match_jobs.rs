//! Running matchers as jobs: rows in `matching_jobs`, runs at once, runs that are broken off.

use std::collections::BTreeSet;

use diesel::prelude::*;
use spending_db::models::system::{MatchingJob, NewMatchingJob};
use spending_db::operations::matching::amazon::match_amazon;
use spending_db::operations::matching::apple::match_apple;
use spending_db::operations::matching::returns::match_amazon_returns;
use spending_db::operations::matching::{Matcher, run, run_all, run_job};
use spending_db::types::{EVERYONE, MatchingJobStatus, UserId};
use spending_db::{Error, Result};

use crate::household::{ANN, Household, ask};
use crate::support::threads::at_once;

/// Ann with 250 payments to Amazon, 240 of them with an order.
fn many() -> (Household, UserId) {
    let household = Household::new();
    let ann = household.bank(ANN, &[]);
    household.execute(
        "INSERT INTO truelayer_transactions (account_id, transaction_id, normalised_provider_transaction_id, \"timestamp\",
             description, amount, currency, transaction_type)
         SELECT (SELECT min(id) FROM truelayer_accounts), n, n, '2025-05-01 00:00Z', 'AMAZON', 1 + n % 7, 'GBP', 'DEBIT'
         FROM generate_series(1, 250) n",
    );
    household.execute(
        "INSERT INTO amazon_orders (order_id, order_date, website, currency, total_owed, product_names)
         SELECT n, date '2025-05-01' + n % 4, 'Amazon.co.uk', 'GBP', 1 + n % 7, 'Cup' FROM generate_series(1, 240) n",
    );
    (household, ann)
}

fn ann(household: &Household) -> UserId {
    let id = household.ask(&format!("SELECT id FROM users WHERE email = '{ANN}'"));
    UserId(id.parse().unwrap())
}

#[test]
fn other_sessions_see_how_far_a_run_is() {
    // D35.
    let (household, ann) = many();
    let mut watcher = household.conn();
    let mut seen = Vec::new();
    let mut told = Vec::new();
    let done = run(&mut household.conn(), ann, Matcher::Amazon, &mut |now| {
        told.push((now.processed, now.matched));
        seen.push(ask(
            &mut watcher,
            "SELECT status || ' ' || processed_items || ' of ' || total_items || ', ' || matched_items || ' = '
                 || (SELECT count(*) FROM truelayer_amazon_transaction_matches) FROM matching_jobs",
        ));
    })
    .unwrap();
    assert_eq!(told, [(0, 0), (100, 100), (200, 200), (250, 240)]);
    assert_eq!(
        seen,
        [
            "running 0 of 250, 0 = 0",
            "running 0 of 250, 0 = 0",
            "running 100 of 250, 100 = 100",
            "running 200 of 250, 200 = 200",
        ]
    );
    let job = MatchingJob::find(&mut household.conn(), ann, done.job.unwrap()).unwrap();
    assert_eq!(
        (job.job_type.as_str(), job.status),
        ("amazon", MatchingJobStatus::Completed)
    );
    assert_eq!(
        (
            job.total_items,
            job.processed_items,
            job.matched_items,
            job.failed_items
        ),
        (250, 250, 240, 0)
    );
    assert!(job.started_at.unwrap() <= job.last_progress_at.unwrap());
    assert!(job.last_progress_at.unwrap() <= job.completed_at.unwrap());
    assert_eq!(done.found.matched() + done.found.unmatched(), 250);
}

#[test]
fn a_run_that_is_killed_is_continued_to_the_same_outcome() {
    // D27.
    let (undisturbed, _) = many();
    match_amazon(&mut undisturbed.conn(), None).unwrap();
    let (household, ann) = many();
    for at in [100, 200] {
        let mut conn = household.conn();
        let session = ask(&mut conn, "SELECT pg_backend_pid()");
        let killed = run(&mut conn, ann, Matcher::Amazon, &mut |now| {
            if now.processed == at {
                household.ask(&format!("SELECT pg_terminate_backend({session})"));
            }
        });
        assert!(killed.is_err());
        assert_eq!(
            household.ask(
                "SELECT count(*) FILTER (WHERE m.id IS NULL) || ' ' || count(*) FILTER (WHERE s.id IS NULL)
                 FROM truelayer_transactions AS t
                 LEFT JOIN truelayer_amazon_transaction_matches AS m ON m.truelayer_transaction_id = t.id
                 LEFT JOIN transaction_enrichment_sources AS s ON s.truelayer_transaction_id = t.id
                 WHERE t.pre_enrichment_status = 'Matched'"
            ),
            "0 0",
            "nothing is half stored"
        );
    }
    let stored = household.ask("SELECT count(*) FROM truelayer_amazon_transaction_matches");
    assert_eq!(stored, "100");
    let done = run(&mut household.conn(), ann, Matcher::Amazon, &mut |_| ()).unwrap();
    assert_eq!(done.found.matched(), 140);
    assert_eq!(household.outcome(), undisturbed.outcome());
}

#[test]
fn a_failed_batch_fails_the_job_and_keeps_the_batches_before_it() {
    // D34, D35.
    let (household, ann) = many();
    household.execute(
        "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'no room'; END $$ LANGUAGE plpgsql",
    );
    household.execute(
        "CREATE TRIGGER refuse BEFORE INSERT ON truelayer_amazon_transaction_matches FOR EACH ROW
         WHEN (NEW.truelayer_transaction_id > 150) EXECUTE FUNCTION refuse()",
    );
    let conn = &mut household.conn();
    let error = run(conn, ann, Matcher::Amazon, &mut |_| ()).unwrap_err();
    assert!(error.to_string().contains("no room"), "{error}");
    assert_eq!(
        household.ask(
            "SELECT concat_ws(' ', status, total_items, processed_items, matched_items, failed_items, error_message)
             FROM matching_jobs WHERE completed_at IS NOT NULL"
        ),
        "failed 250 200 100 100 database: no room"
    );
    household.execute("DROP TRIGGER refuse ON truelayer_amazon_transaction_matches");
    let done = run(conn, ann, Matcher::Amazon, &mut |_| ()).unwrap();
    assert_eq!(done.found.matched(), 140);
}

#[test]
fn a_run_stops_when_its_job_is_ended_by_somebody_else() {
    // D18, D19.
    let (household, ann) = many();
    let ended = run(&mut household.conn(), ann, Matcher::Amazon, &mut |now| {
        if now.processed == 0 {
            household
                .execute("UPDATE matching_jobs SET status = 'failed', error_message = 'stalled'");
        }
    });
    assert!(
        matches!(ended, Err(Error::InvalidInput { .. })),
        "{ended:?}"
    );
    assert_eq!(
        household.ask("SELECT status || ' ' || error_message FROM matching_jobs"),
        "failed stalled"
    );
    assert_eq!(
        household.ask("SELECT count(*) FROM truelayer_amazon_transaction_matches"),
        "0"
    );
}

#[test]
fn a_job_that_waits_is_done_once() {
    // D18.
    let (household, ann) = many();
    let conn = &mut household.conn();
    let id = NewMatchingJob::new(ann, "amazon_matching")
        .insert(conn)
        .unwrap()
        .id;
    let done: Vec<Result<usize>> = at_once(&household.test, 4, |conn, _| {
        run_job(conn, ann, id, &mut |_| ()).map(|done| done.found.matched())
    });
    let matched: Vec<usize> = done.into_iter().flatten().collect();
    assert_eq!(matched, [240]);
    let job = MatchingJob::find(conn, ann, id).unwrap();
    assert_eq!(job.status, MatchingJobStatus::Completed);
    let bob = household.bank("bob@example.org", &[]);
    assert!(matches!(
        run_job(conn, bob, id, &mut |_| ()),
        Err(Error::NotFound)
    ));
    let other = NewMatchingJob::new(ann, "unknown").insert(conn).unwrap().id;
    assert!(run_job(conn, ann, other, &mut |_| ()).is_err());
}

#[test]
fn all_matchers_run_in_order_and_each_keeps_its_job() {
    // D17, D22.
    let household = Household::of_all_samples();
    let ann = ann(&household);
    let mut told = Vec::new();
    let all = run_all(&mut household.conn(), ann, &mut |matcher, _| {
        told.push(matcher);
    })
    .unwrap();
    told.dedup();
    let parts: Vec<_> = all.parts.iter().map(|(matcher, _)| *matcher).collect();
    assert_eq!(parts, Matcher::ALL);
    assert_eq!(told, parts[..4], "there are no receipts");
    assert_eq!(all.status(), MatchingJobStatus::Completed);
    let answer = serde_json::to_value(&all).unwrap();
    assert_eq!(answer["amazon"]["matched"].as_array().unwrap().len(), 9);
    assert_eq!(answer["returns"]["unmatched"].as_array().unwrap().len(), 4);
    assert_eq!(answer["business"]["matched"], serde_json::json!([]));
    assert_eq!(answer["apple"]["matched"].as_array().unwrap().len(), 5);
    assert_eq!(answer["totals"]["matched"], 16);
    assert_eq!(answer["totals"]["failed"], 0);
    assert_eq!(answer["status"], "completed");
    let parts: BTreeSet<String> = MatchingJob::list_for_user(&mut household.conn(), ann)
        .unwrap()
        .into_iter()
        .map(|job| {
            format!(
                "{} {} {}",
                job.job_type,
                job.status.as_str(),
                job.matched_items
            )
        })
        .collect();
    assert!(
        parts.is_superset(&BTreeSet::from(
            [
                "amazon completed 9",
                "returns completed 2",
                "amazon_business completed 0",
                "apple completed 5",
                "gmail completed 0"
            ]
            .map(str::to_owned)
        )),
        "{parts:?}"
    );
    let before = household.dump();
    let again = run_all(&mut household.conn(), ann, &mut |_, _| ()).unwrap();
    assert_eq!(again.totals().matched, 0);
    assert_eq!(household.dump(), before);
}

#[test]
fn a_part_that_fails_fails_the_run_and_the_others_go_on() {
    // D17, D34.
    let household = Household::of_all_samples();
    household.execute("ALTER TABLE amazon_business_orders RENAME COLUMN net_total TO gone");
    let ann = ann(&household);
    let all = run_all(&mut household.conn(), ann, &mut |_, _| ()).unwrap();
    assert_eq!(all.status(), MatchingJobStatus::Failed);
    assert_eq!((all.totals().failed, all.totals().matched), (1, 16));
    let answer = serde_json::to_value(&all).unwrap();
    let error = answer["business"]["error"].as_str().unwrap();
    assert!(error.contains("net_total"), "{error}");
    assert_eq!(answer["status"], "failed");
    assert_eq!(
        household.ask("SELECT status FROM matching_jobs WHERE job_type = 'amazon_business'"),
        "failed"
    );
}

#[test]
fn matchers_at_once_store_what_one_after_the_other_stores() {
    // D01, D04, D17.
    let alone = Household::of_all_samples();
    run_all(&mut alone.conn(), EVERYONE, &mut |_, _| ()).unwrap();
    for _ in 0..8 {
        let household = Household::of_all_samples();
        let ann = ann(&household);
        let matched: usize = at_once(&household.test, 6, |conn, number| match number {
            0 | 1 => run_all(conn, ann, &mut |_, _| ()).unwrap().totals().matched,
            2 => {
                run_all(conn, EVERYONE, &mut |_, _| ())
                    .unwrap()
                    .totals()
                    .matched
            }
            3 => match_amazon(conn, Some(ann)).unwrap().matched.len(),
            4 => match_amazon_returns(conn, None).unwrap().matched.len(),
            _ => match_apple(conn, None).unwrap().matched.len(),
        })
        .into_iter()
        .sum();
        assert_eq!(matched, 16, "each is told once");
        assert_eq!(household.outcome(), alone.outcome());
        assert_eq!(
            household.ask(
                "SELECT count(*) FROM (SELECT FROM transaction_enrichment_sources
                 GROUP BY truelayer_transaction_id HAVING count(*) FILTER (WHERE is_primary) <> 1) AS wrong"
            ),
            "0"
        );
    }
}

#[test]
fn two_users_at_once_never_take_one_order_twice() {
    // D04, D23.
    let household = Household::new();
    let users = ["a@example.org", "b@example.org", "c@example.org"].map(|email| {
        let entry = (email, "DEBIT", "1.00", "GBP", "2025-05-01", "AMAZON");
        household.bank(email, &[entry])
    });
    household.orders(&[("O", "2025-05-01", "1.00", "GBP")]);
    let matched: usize = at_once(&household.test, 3, |conn, number| {
        let done = run(conn, users[number], Matcher::Amazon, &mut |_| ()).unwrap();
        done.found.matched()
    })
    .into_iter()
    .sum();
    assert_eq!(matched, 1);
    assert_eq!(
        household.ask("SELECT count(*) FROM truelayer_amazon_transaction_matches"),
        "1"
    );
}

#[test]
fn without_a_user_there_is_no_job_and_no_lock_stays() {
    let household = Household::of_all_samples();
    let conn: &mut PgConnection = &mut household.conn();
    let done = run(conn, EVERYONE, Matcher::Amazon, &mut |_| ()).unwrap();
    assert_eq!((done.job, done.progress.matched), (None, 9));
    assert!(run(conn, UserId(4242), Matcher::Apple, &mut |_| ()).is_err());
    assert_eq!(ask(conn, "SELECT count(*) FROM matching_jobs"), "0");
    run_all(conn, ann(&household), &mut |_, _| ()).unwrap();
    assert_eq!(
        ask(
            conn,
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        ),
        "0"
    );
}
