//! Processes that are killed, or told to end.

use std::hash::{BuildHasher, RandomState};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};
use spending_db::jobs::kinds::{ImportAmazonOrders, ImportTrueLayer};
use spending_db::jobs::{NewJob, Queue, Registry};
use spending_db::types::{EVERYONE, SyncJobState};
use tempfile::TempDir;

use super::kinds::{amazon, enqueue};
use super::place::Place;
use crate::household::{folder, record, results};
use crate::support::{program, wait_until};

const USERS: usize = 4;
const PAYMENTS: usize = 400;

/// The exports of a few users and the orders that they paid, in files.
struct Exports {
    banks: Vec<TempDir>,
    orders: TempDir,
}

impl Exports {
    fn new() -> Self {
        let bank = |user: usize| {
            let payments: Vec<_> = (0..PAYMENTS)
                .map(|n| {
                    let id = format!("u{user}-{n}");
                    let amount = format!("-{}.{:02}", 1 + user, n % 100);
                    let at = format!("\"2026-0{}-{:02}T10:00:00Z\"", 1 + n / 100, 1 + n % 25);
                    record(
                        &id,
                        &[
                            ("amount", &amount),
                            ("timestamp", &at),
                            ("description", "\"AMAZON.CO.UK\""),
                        ],
                    )
                })
                .collect();
            folder(&[("transactions.json", results(&payments))])
        };
        let orders = TempDir::new().unwrap();
        let sample = include_str!("../../../samples/amazon/order_history.csv");
        let (header, lines) = sample.split_once('\n').unwrap();
        let line = lines.lines().next().unwrap();
        std::fs::write(
            orders.path().join("orders.csv"),
            format!("{header}\n{line}\n"),
        )
        .unwrap();
        Self {
            banks: (0..USERS).map(bank).collect(),
            orders,
        }
    }

    fn imports(&self) -> Vec<NewJob> {
        let banks = self.banks.iter().enumerate().map(|(user, folder)| {
            NewJob::of(&ImportTrueLayer {
                folder: folder.path().to_owned(),
                email: format!("user{user}@example.org"),
            })
        });
        let orders = NewJob::of(&ImportAmazonOrders {
            file: self.orders.path().join("orders.csv"),
        });
        // A killed attempt counts; what is to be seen is that the outcome is the same all the same.
        let jobs = banks.chain([orders]);
        jobs.map(|job| job.unwrap().max_attempts(1000)).collect()
    }
}

/// An order for each payment; their days and totals leave the matcher no choice.
const ORDERS: &str = "INSERT INTO amazon_orders (order_id, order_date, website, currency, total_owed, product_names) \
    SELECT 'order-' || normalised_provider_transaction_id, (timestamp AT TIME ZONE 'UTC')::date, 'Amazon.co.uk', currency, \
        abs(amount), 'Thing ' || normalised_provider_transaction_id \
    FROM truelayer_transactions ORDER BY normalised_provider_transaction_id";

/// What the imports and the matcher have stored, without the numbers of rows, which a rolled back attempt uses up.
fn stored(place: &Place) -> Vec<String> {
    [
        "SELECT string_agg(email, ',' ORDER BY email) FROM users",
        "SELECT string_agg(concat_ws(' ', t.normalised_provider_transaction_id, t.amount, t.timestamp, t.pre_enrichment_status, a.account_id, u.email), \
             ',' ORDER BY u.email, t.normalised_provider_transaction_id) \
         FROM truelayer_transactions t JOIN truelayer_accounts a ON a.id = t.account_id \
         JOIN bank_connections c ON c.id = a.connection_id JOIN users u ON u.id = c.user_id",
        "SELECT string_agg(concat_ws(' ', order_id, order_date, total_owed), ',' ORDER BY order_id) FROM amazon_orders",
        "SELECT count(*) || ' ' || count(DISTINCT truelayer_transaction_id) || ' ' || count(DISTINCT amazon_order_id) \
         FROM truelayer_amazon_transaction_matches",
        "SELECT count(*) || ' ' || count(DISTINCT truelayer_transaction_id) FROM transaction_enrichment_sources WHERE is_primary",
        "SELECT count(*) FROM truelayer_accounts",
    ]
    .map(|query| place.ask(query))
    .into()
}

fn work(place: &Place, arguments: &[&str]) -> Command {
    let mut command = program(&["--json", "jobs", "work", "--threads", "3"]);
    command
        .args(arguments)
        .env("DATABASE_URL", place.test.url())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

/// Waits for a worker's end, and gives what it says.
fn ended(child: Child) -> Value {
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Kills workers at random moments until the queue is empty; says how many had jobs when they were killed.
fn work_and_kill(place: &Place) -> usize {
    const LEFT: &str = "SELECT count(*) FROM sync_jobs WHERE state IN ('queued', 'running')";
    const AT_WORK: &str =
        "SELECT count(*) FROM sync_jobs WHERE state = 'running' AND locked_until > now()";
    let (random, mut hits) = (RandomState::new(), 0);
    for round in 0_u64.. {
        if place.ask(LEFT) == "0" {
            break;
        }
        let mut worker = work(place, &["--until-empty"]).spawn().unwrap();
        wait_until(|| place.ask(AT_WORK) != "0" || place.ask(LEFT) == "0");
        // Later ones live longer, so that it comes to an end on a slow machine too.
        let longest = 50_000 * (round + 1);
        thread::sleep(Duration::from_micros(random.hash_one(round) % longest));
        worker.kill().unwrap();
        worker.wait().unwrap();
        hits += usize::from(place.ask(AT_WORK) != "0");
        // The end of the dead worker's leases, which otherwise were a minute to wait for.
        place.execute(
            "UPDATE sync_jobs SET locked_until = now() - interval '1 second' WHERE state = 'running'",
        );
    }
    hits
}

#[test]
fn killed_workers_leave_what_an_undisturbed_one_does() {
    let exports = Exports::new();
    let run = |work: &dyn Fn(&Place) -> usize| {
        let place = Place::new();
        Queue::insert_many(&mut place.conn(), &exports.imports()).unwrap();
        let mut hits = work(&place);
        place.execute(ORDERS);
        let matching = NewJob::of(&amazon()).unwrap().max_attempts(1000);
        for _ in 0..3 {
            Queue::insert(&mut place.conn(), &matching).unwrap();
        }
        hits += work(&place);
        assert_eq!(place.states(), format!("completed {}", USERS + 1 + 3));
        (stored(&place), hits)
    };
    let (undisturbed, _) = run(&|place| {
        let done = ended(work(place, &["--until-empty"]).spawn().unwrap());
        assert_eq!(done["failed"], 0);
        0
    });
    let matched = (USERS * PAYMENTS).to_string();
    assert!(undisturbed[3].starts_with(&matched), "{}", undisturbed[3]);
    let (killed, hits) = run(&work_and_kill);
    assert_eq!(killed, undisturbed);
    assert!(hits > 0, "no worker was killed at work");
}

/// Holds the matcher up until it is dropped.
fn hold_up(place: &Place) -> diesel::PgConnection {
    let mut conn = place.conn();
    conn.batch_execute("SELECT pg_advisory_lock(hashtext('spending-db: match amazon'))")
        .unwrap();
    conn
}

fn terminate(child: &Child) {
    Command::new("kill")
        .arg(child.id().to_string())
        .status()
        .unwrap();
}

#[test]
fn sigterm_lets_a_job_finish() {
    let place = Place::new();
    let gate = hold_up(&place);
    let id = enqueue(&place, &amazon());
    let worker = work(&place, &[]).spawn().unwrap();
    place.wait_for(id, SyncJobState::Running);
    let later = enqueue(&place, &amazon());
    // Both threads wait for the same lock, and a third job must not be begun after the signal.
    place.wait_for(later, SyncJobState::Running);
    terminate(&worker);
    thread::sleep(Duration::from_millis(200));
    let last = enqueue(&place, &amazon());
    drop(gate);
    assert_eq!(
        ended(worker),
        json!({ "completed": 2, "retried": 0, "failed": 0, "handed_back": 0, "lost": 0 })
    );
    let states = [id, later, last].map(|id| place.job(id).state.as_str());
    assert_eq!(states, ["completed", "completed", "queued"]);
}

#[test]
fn sigterm_hands_back_what_does_not_finish() {
    let place = Place::new();
    let gate = hold_up(&place);
    let id = enqueue(&place, &amazon());
    let worker = work(&place, &["--grace", "200ms"]).spawn().unwrap();
    place.wait_for(id, SyncJobState::Running);
    terminate(&worker);
    assert_eq!(ended(worker)["handed_back"], 1);
    let job = place.job(id);
    assert_eq!(
        (job.state, job.attempts, job.locked_by),
        (SyncJobState::Queued, 0, None)
    );
    drop(gate);
    let worker = work(&place, &["--until-empty"]).spawn().unwrap();
    assert_eq!(ended(worker)["completed"], 1);
}

#[test]
fn a_second_signal_ends_at_once_and_the_lease_does_the_rest() {
    let place = Place::new();
    let gate = hold_up(&place);
    let id = enqueue(&place, &amazon());
    let mut worker = work(&place, &[]).spawn().unwrap();
    place.wait_for(id, SyncJobState::Running);
    wait_until(|| {
        terminate(&worker);
        worker.try_wait().unwrap().is_some()
    });
    assert_eq!(worker.wait().unwrap().code(), Some(143));
    assert_eq!(place.job(id).state, SyncJobState::Running);
    drop(gate);
    place.execute("UPDATE sync_jobs SET locked_until = now() - interval '1 second'");
    let done = place
        .worker_for(Registry::shipped(), 1)
        .until_empty(true)
        .build()
        .unwrap()
        .run();
    assert_eq!(done.completed, 1);
    assert_eq!(place.job(id).attempts, 2);
    Queue::cancel(&mut place.conn(), EVERYONE, id).unwrap_err();
}
