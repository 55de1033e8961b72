//! Storing what was fetched of an account, and which days are asked for next.

use chrono::{DateTime, NaiveDate, Utc};
use spending_db::Error;
use spending_db::models::truelayer::NewTrueLayerImportJob;
use spending_db::operations::import::truelayer::{
    FetchWindow, Fetched, fail_fetch, finish_fetch, store_fetched,
};
use spending_db::operations::import_jobs;
use spending_db::types::{
    BankConnectionId, ImportJobStatus, TrueLayerAccountId, TrueLayerImportJobId, UserId,
};

use crate::household::{Household, counts, record, results};
use crate::support::fixtures;
use crate::support::threads::at_once;

struct Bank {
    household: Household,
    user: UserId,
    connection: BankConnectionId,
    account: TrueLayerAccountId,
    job: TrueLayerImportJobId,
}

fn instant(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

impl Bank {
    fn new() -> Self {
        let household = Household::new();
        let conn = &mut household.conn();
        let user = fixtures::user(conn, "ann");
        let connection = fixtures::bank_connection(conn, user, "bank");
        let account = fixtures::account(conn, connection, "cur");
        let job = import_jobs::create(
            conn,
            &NewTrueLayerImportJob {
                connection_id: Some(connection),
                ..NewTrueLayerImportJob::new(user)
            },
        );
        let job = job.unwrap().id;
        Self {
            household,
            user,
            connection,
            account,
            job,
        }
    }

    fn fetched(&self, first: &str, last: &str) -> Fetched {
        Fetched {
            account: self.account,
            job: self.job,
            window: FetchWindow::between(day(first), day(last)).unwrap(),
            at: instant("2025-06-10T09:00:00Z"),
        }
    }

    fn mark(&self) -> String {
        self.household.ask(
            "SELECT coalesce(to_char(last_synced_at_incremental AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), 'none')
             FROM truelayer_accounts WHERE account_id = 'cur'",
        )
    }
}

fn page(ids: &[&str]) -> String {
    results(&ids.iter().map(|id| record(id, &[])).collect::<Vec<_>>())
}

// D07, D08
#[test]
fn pages_are_stored_with_the_progress_and_the_mark() {
    let bank = Bank::new();
    let conn = &mut bank.household.conn();
    let pages = [
        page(&["a", "b"]),
        page(&["b", "c"]).replace("-1.00", "-2.00"),
        results(&["7".to_owned()]),
    ];
    let report = store_fetched(
        conn,
        bank.user,
        &bank.fetched("2025-06-01", "2025-06-10"),
        pages.iter().map(String::as_bytes),
    )
    .unwrap();
    assert_eq!(report.file, "cur");
    assert_eq!(counts(&report), (3, 1, vec![5]));
    assert_eq!(bank.mark(), "2025-06-10 09:00");
    assert_eq!(
        bank.household.ask(&format!(
            "SELECT concat_ws(' ', progress_status, synced_count, duplicates_count, errors_count) FROM truelayer_import_progress WHERE job_id = {}",
            bank.job.0
        )),
        "completed 3 1 1"
    );
    assert_eq!(
        bank.household.ask(&format!(
            "SELECT count(*) FROM truelayer_transactions WHERE import_job_id = {}",
            bank.job.0
        )),
        "3"
    );
    let next = FetchWindow::missing(
        conn,
        bank.user,
        bank.account,
        instant("2025-06-12T08:00:00Z"),
    );
    assert_eq!(
        next.unwrap(),
        FetchWindow::between(day("2025-06-10"), day("2025-06-12")).unwrap()
    );
}

// D07
#[test]
fn a_page_that_fails_stores_nothing_and_moves_no_mark() {
    let bank = Bank::new();
    let conn = &mut bank.household.conn();
    let pages = [page(&["a"]), r#"{"error": "provider_error"}"#.to_owned()];
    let error = store_fetched(
        conn,
        bank.user,
        &bank.fetched("2025-06-01", "2025-06-10"),
        pages.iter().map(String::as_bytes),
    )
    .unwrap_err();
    assert!(
        error.to_string().contains("page 2 of account cur"),
        "{error}"
    );
    assert_eq!(bank.mark(), "none");
    assert_eq!(
        bank.household
            .ask("SELECT count(*) FROM truelayer_transactions"),
        "0"
    );
    assert_eq!(
        bank.household
            .ask("SELECT count(*) FROM truelayer_import_progress"),
        "0"
    );
    let next =
        FetchWindow::missing(conn, None, bank.account, instant("2025-06-10T09:00:00Z")).unwrap();
    assert_eq!(next.first, day("2025-03-12"));
}

#[test]
fn the_mark_leaves_no_day_out_and_never_goes_back() {
    let bank = Bank::new();
    let conn = &mut bank.household.conn();
    for (first, last, mark) in [
        ("2025-03-01", "2025-05-31", "2025-06-01 00:00"),
        ("2025-06-05", "2025-06-10", "2025-06-01 00:00"),
        ("2025-01-01", "2025-01-31", "2025-06-01 00:00"),
        ("2025-06-01", "2025-06-07", "2025-06-08 00:00"),
        ("2025-06-07", "2025-06-30", "2025-06-10 09:00"),
    ] {
        store_fetched(
            conn,
            bank.user,
            &bank.fetched(first, last),
            ["[]".as_bytes()],
        )
        .unwrap();
        assert_eq!(bank.mark(), mark, "{first} to {last}");
    }
}

// D08
#[test]
fn a_failed_account_fails_the_import_and_keeps_the_counts() {
    let bank = Bank::new();
    let conn = &mut bank.household.conn();
    store_fetched(
        conn,
        bank.user,
        &bank.fetched("2025-06-01", "2025-06-10"),
        [page(&["a", "b"]).as_bytes()],
    )
    .unwrap();
    let savings = fixtures::account(conn, bank.connection, "sav");
    fail_fetch(conn, bank.user, bank.job, savings, "provider_error").unwrap();
    let job = finish_fetch(conn, bank.user, bank.job).unwrap();
    assert_eq!(job.job_status, ImportJobStatus::Failed);
    assert_eq!(job.error_message.as_deref(), Some("provider_error"));
    assert_eq!(job.total_transactions_synced, 2);
    store_fetched(
        conn,
        bank.user,
        &Fetched {
            account: savings,
            ..bank.fetched("2025-06-01", "2025-06-10")
        },
        [page(&["c"]).as_bytes()],
    )
    .unwrap();
    let job = finish_fetch(conn, bank.user, bank.job).unwrap();
    assert_eq!(job.job_status, ImportJobStatus::Completed);
    assert_eq!(job.total_transactions_synced, 3);
}

#[test]
fn nobody_stores_or_asks_for_anothers_account() {
    let bank = Bank::new();
    let conn = &mut bank.household.conn();
    let bob = fixtures::user(conn, "bob");
    let now = instant("2025-06-10T09:00:00Z");
    let fetched = bank.fetched("2025-06-01", "2025-06-10");
    let stored = store_fetched(conn, bob, &fetched, [page(&["a"]).as_bytes()]);
    assert!(matches!(stored, Err(Error::NotFound)));
    assert!(matches!(
        FetchWindow::missing(conn, bob, bank.account, now),
        Err(Error::NotFound)
    ));
    assert!(matches!(
        fail_fetch(conn, bob, bank.job, bank.account, "x"),
        Err(Error::NotFound)
    ));
    assert!(matches!(
        finish_fetch(conn, bob, bank.job),
        Err(Error::NotFound)
    ));
    assert_eq!(bank.mark(), "none");
}

#[test]
fn fetches_at_once_are_all_counted() {
    let bank = Bank::new();
    let ids: Vec<String> = (0..300).map(|number| number.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let stored = at_once(&bank.household.test, 4, |conn, _| {
        store_fetched(
            conn,
            bank.user,
            &bank.fetched("2025-06-01", "2025-06-10"),
            [page(&ids).as_bytes()],
        )
        .unwrap()
        .stored
    });
    assert_eq!(stored.iter().sum::<u64>(), 300);
    assert_eq!(
        bank.household
            .ask("SELECT synced_count || ' ' || duplicates_count FROM truelayer_import_progress"),
        "300 900"
    );
}
