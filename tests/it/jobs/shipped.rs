//! The kinds of jobs that the crate brings along.

use serde_json::json;
use spending_db::jobs::kinds::{
    ApplyRules, DeleteExpiredStates, DeleteOldReceipts, Enrich, FailStaleJobs, ImportAmazonOrders,
    ImportAmazonReturns, ImportApple, ImportTrueLayer, PruneJobs, RunMatchers,
};
use spending_db::jobs::{Queue, Registry, WorkSummary};
use spending_db::models::core::User;
use spending_db::types::SyncJobState;

use super::kinds::{amazon, enqueue};
use super::place::Place;
use crate::household::sample;
use crate::support::fixtures::Household;

fn work(place: &Place, threads: usize) -> WorkSummary {
    let worker = place.worker_for(Registry::shipped(), threads);
    worker.until_empty(true).build().unwrap().run()
}

#[test]
fn the_samples_go_through_with_four_threads_and_again_change_nothing() {
    let place = Place::new();
    for round in 0..2 {
        let bank = enqueue(
            &place,
            &ImportTrueLayer {
                folder: sample("truelayer"),
                email: "ann@example.org".to_owned(),
            },
        );
        let orders = enqueue(
            &place,
            &ImportAmazonOrders {
                file: sample("amazon/order_history.csv"),
            },
        );
        let returns = enqueue(
            &place,
            &ImportAmazonReturns {
                file: sample("amazon/returns.csv"),
            },
        );
        let purchases = enqueue(
            &place,
            &ImportApple {
                file: sample("apple/report_a_problem.html"),
            },
        );
        assert_eq!(work(&place, 4).completed, 4);
        let result = place.job(orders).result.unwrap();
        let stored = |new: u64| if round == 0 { new } else { 0 };
        assert_eq!(result["stored"], stored(15));
        assert_eq!(result["refused"].as_array().unwrap().len(), 6);
        for (id, new) in [(returns, 6), (purchases, 7)] {
            assert_eq!(place.job(id).result.unwrap()["stored"], stored(new));
        }
        let job = place.job(bank);
        let files = job.result.unwrap()["files"].as_array().unwrap().clone();
        let transactions = files
            .iter()
            .find(|file| file["file"] == "transactions.json")
            .unwrap();
        assert_eq!(transactions["stored"], stored(65));
        assert_eq!((job.progress_done, job.progress_total), (5, Some(5)));

        let matching: Vec<_> = (0..4).map(|_| enqueue(&place, &amazon())).collect();
        assert_eq!(work(&place, 4).completed, 4);
        let matched = matching.iter().map(|id| {
            let result = place.job(*id).result.unwrap();
            assert_eq!(result["unmatched"].as_array().unwrap().len(), 5);
            result["matched"].as_array().unwrap().len() as u64
        });
        assert_eq!(matched.sum::<u64>(), stored(9));

        let matching: Vec<_> = (0..4)
            .map(|_| enqueue(&place, &RunMatchers::default()))
            .collect();
        assert_eq!(work(&place, 4).completed, 4);
        for (part, new) in [
            ("amazon", 0),
            ("returns", 2),
            ("business", 0),
            ("apple", 5),
            ("gmail", 0),
        ] {
            let matched = matching.iter().map(|id| {
                let result = place.job(*id).result.unwrap();
                result[part]["matched"].as_array().unwrap().len() as u64
            });
            assert_eq!(matched.sum::<u64>(), stored(new), "{part}");
        }
    }
    let user = User::find_by_email(&mut place.conn(), "ann@example.org")
        .unwrap()
        .unwrap()
        .id;
    let enrichment = enqueue(&place, &Enrich { user, limit: None });
    work(&place, 1);
    let result = place.job(enrichment).result.unwrap();
    assert_eq!(
        (&result["total"], &result["failed"]),
        (&json!(65), &json!(0))
    );
    let rules = enqueue(&place, &ApplyRules::default());
    work(&place, 1);
    assert_eq!(place.job(rules).result.unwrap()["total_transactions"], 65);
}

// D34: a file that fails is a job that fails.
#[test]
fn an_import_of_what_is_not_there_fails() {
    let place = Place::new();
    let conn = &mut place.conn();
    let job = Registry::shipped()
        .read_job(
            "import_truelayer",
            &json!({ "folder": "/no/such", "email": "a@example.org" }),
        )
        .unwrap();
    let id = Queue::insert(conn, &job.max_attempts(1)).unwrap().id;
    assert_eq!(work(&place, 1).failed, 1);
    let job = place.job(id);
    assert_eq!(job.state, SyncJobState::Failed);
    assert!(job.last_error.unwrap().contains("/no/such"));
}

#[test]
fn upkeep_deletes_what_is_old_and_nothing_else() {
    let place = Place::new();
    let conn = &mut place.conn();
    let home = Household::new(conn, "ann");
    place.execute(&format!(
        "INSERT INTO oauth_state (user_id, state, code_verifier, expires_at) VALUES \
         ({user}, 'old', 'v', now() - interval '1 s'), ({user}, 'new', 'v', now() + interval '1 h')",
        user = home.user
    ));
    place.execute("UPDATE gmail_receipts SET parsing_status = 'unparseable', created_at = now() - interval '91 days'");
    place.execute(
        "INSERT INTO sync_jobs (kind, state, finished_at) VALUES \
         ('x', 'completed', now() - interval '31 days'), ('x', 'failed', now() - interval '29 days')",
    );
    let states = enqueue(&place, &DeleteExpiredStates {});
    let receipts = enqueue(&place, &DeleteOldReceipts::default());
    let jobs = enqueue(&place, &PruneJobs::default());
    assert_eq!(work(&place, 2).completed, 3);
    assert_eq!(
        place.job(states).result.unwrap(),
        json!({ "bank": 1, "gmail": 0 })
    );
    assert_eq!(
        place.job(receipts).result.unwrap(),
        json!({ "receipts": 1, "objects": [] })
    );
    assert_eq!(place.job(jobs).result.unwrap(), json!({ "jobs": 1 }));
    assert_eq!(place.ask("SELECT state FROM oauth_state"), "new");
    assert_eq!(
        place.ask("SELECT count(*) FROM sync_jobs WHERE kind = 'x'"),
        "1"
    );
}

// D19: what still gives signs of life is left alone, what is dead does not stay; see `match_gmail::stale` for each table.
#[test]
fn stale_jobs_are_told_by_their_signs_of_life() {
    let place = Place::new();
    let user = Household::new(&mut place.conn(), "ann").user;
    for (what, created, progress, status) in [
        ("dead", "5 hours", "'181 minutes'", "running"),
        ("alive", "5 hours", "'179 minutes'", "running"),
        ("waiting", "29 minutes", "NULL", "queued"),
        ("forgotten", "31 minutes", "NULL", "queued"),
        ("ended", "5 hours", "NULL", "completed"),
    ] {
        place.execute(&format!(
            "INSERT INTO matching_jobs (user_id, job_type, celery_task_id, status, created_at, started_at, last_progress_at) \
             VALUES ({user}, 'amazon', '{what}', '{status}', now() - interval '{created}', now() - interval '{created}', \
                     now() - {progress}::interval)"
        ));
    }
    let first = enqueue(&place, &FailStaleJobs::default());
    work(&place, 1);
    let failed = place.job(first).result.unwrap();
    assert_eq!(failed["matching_jobs"].as_array().unwrap().len(), 2);
    let alive = "SELECT string_agg(celery_task_id, ',' ORDER BY id) FROM matching_jobs \
                 WHERE celery_task_id IS NOT NULL AND status <> 'failed'";
    assert_eq!(place.ask(alive), "alive,waiting,ended");
    let again = enqueue(&place, &FailStaleJobs::default());
    work(&place, 1);
    assert_eq!(place.job(again).result.unwrap()["matching_jobs"], json!([]));
}
