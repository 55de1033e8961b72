//! Imports at the same time, and imports whose connection or server is lost.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use diesel::prelude::*;
use spending_db::embedded::Server;
use spending_db::operations::import::truelayer::import_folder;
use spending_db::{Config, Database};

use crate::household::{ANN, Household, ask, counts, folder, open, record, report, results};
use crate::server::{Scratch, durable};

#[test]
fn imports_of_the_same_records_in_opposite_order_both_end() {
    let household = Household::new();
    let records: Vec<String> = (0..6_000)
        .map(|number| record(&format!("{number}"), &[]))
        .collect();
    let backwards: Vec<String> = records.iter().rev().cloned().collect();
    let folders = [
        folder(&[("transactions.json", results(&records))]),
        folder(&[("transactions.json", results(&backwards))]),
        folder(&[("transactions.json", results(&records[2_000..]))]),
    ];
    let stored: u64 = thread::scope(|scope| {
        let imports = folders
            .each_ref()
            .map(|folder| scope.spawn(|| household.import(folder.path())));
        imports
            .map(|import| {
                let import = import.join().unwrap();
                assert!(import.failed.is_empty(), "{:?}", import.failed);
                let (stored, duplicate, refused) = counts(report(&import, "transactions.json"));
                assert!(stored + duplicate >= 4_000 && refused.is_empty());
                stored
            })
            .iter()
            .sum()
    });
    assert_eq!(stored, 6_000);
    assert_eq!(
        household.ask(
            "SELECT count(*) || ' ' || count(DISTINCT transaction_id) FROM truelayer_transactions"
        ),
        "6000 6000"
    );
    assert_eq!(household.ask("SELECT count(*) FROM users"), "1");
    assert_eq!(
        household.ask("SELECT count(*) FROM truelayer_accounts"),
        "2"
    );
}

#[test]
fn files_of_one_account_in_parallel_are_all_counted() {
    let household = Household::new();
    let files: Vec<(String, String)> = (0..8)
        .map(|file| {
            let records: Vec<String> = (0..500)
                .map(|number| record(&format!("{}", file * 250 + number), &[]))
                .collect();
            (format!("transactions_{file}.json"), results(&records))
        })
        .collect();
    let files: Vec<(&str, String)> = files
        .iter()
        .map(|(name, text)| (name.as_str(), text.clone()))
        .collect();
    let import = household.import(folder(&files).path());
    assert!(import.failed.is_empty(), "{:?}", import.failed);
    assert_eq!(
        household.ask("SELECT total_transactions_synced || ' ' || total_transactions_duplicates FROM truelayer_import_jobs"),
        "2250 1750"
    );
}

/// Waits until a query answers `true`.
fn wait_until(conn: &mut PgConnection, query: &str) {
    let begin = Instant::now();
    while ask(conn, query) != "true" {
        assert!(
            begin.elapsed() < Duration::from_secs(60),
            "never true: {query}"
        );
        thread::sleep(Duration::from_millis(20));
    }
}

/// Holds an import in its last step: it waits for a transaction that stores its first record.
fn hold(conn: &mut PgConnection, key: &str) {
    for statement in [
        "BEGIN".to_owned(),
        "INSERT INTO users (email) VALUES ('x@example.org')".to_owned(),
        "INSERT INTO bank_connections (user_id, provider_id, provider_name) SELECT id, 'x', 'x' FROM users WHERE email = 'x@example.org'".to_owned(),
        "INSERT INTO truelayer_accounts (connection_id, account_id, account_type, display_name, currency) SELECT id, 'x', 'x', 'x', 'GBP' FROM bank_connections WHERE provider_id = 'x'".to_owned(),
        format!("INSERT INTO truelayer_transactions (account_id, transaction_id, normalised_provider_transaction_id, timestamp, description, amount, currency, transaction_type) SELECT id, '{key}', '{key}', now(), 'x', 1, 'GBP', 'DEBIT' FROM truelayer_accounts WHERE account_id = 'x'"),
    ] {
        diesel::sql_query(statement).execute(conn).unwrap();
    }
}

const WAITING: &str = "SELECT EXISTS (
    SELECT FROM pg_stat_activity
    WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE 'INSERT INTO truelayer_transactions%'
)";

#[test]
fn a_terminated_connection_fails_its_file_alone_and_cleanly() {
    let household = Household::new();
    let records: Vec<String> = (0..100)
        .map(|number| record(&format!("r{number:03}"), &[]))
        .collect();
    let files = folder(&[
        ("transactions_1.json", results(&records)),
        (
            "balance.json",
            r#"[{"current": 1, "update_timestamp": "2025-05-01T00:00:00Z"}]"#.to_owned(),
        ),
    ]);
    let mut holder = household.conn();
    hold(&mut holder, "r050");
    let import = thread::scope(|scope| {
        let import = scope.spawn(|| household.import(files.path()));
        let mut observer = household.conn();
        wait_until(&mut observer, WAITING);
        let terminated = ask(
            &mut observer,
            "SELECT bool_and(pg_terminate_backend(pid)) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        assert_eq!(terminated, "true");
        import.join().unwrap()
    });
    assert_eq!(import.failed.len(), 1);
    assert_eq!(import.failed[0].file, "transactions_1.json");
    assert_eq!(counts(report(&import, "balance.json")), (1, 0, vec![]));
    diesel::sql_query("ROLLBACK").execute(&mut holder).unwrap();
    assert_eq!(
        household.ask("SELECT count(*) FROM truelayer_transactions"),
        "0"
    );
    assert_eq!(
        household.ask("SELECT concat_ws(' ', job_status, total_transactions_synced, error_message IS NOT NULL) FROM truelayer_import_jobs"),
        "failed 0 t"
    );
    let again = household.import(files.path());
    assert_eq!(
        counts(report(&again, "transactions_1.json")),
        (100, 0, vec![])
    );
}

#[test]
fn a_record_that_another_import_is_storing_is_waited_for() {
    let household = Household::new();
    let records: Vec<String> = (0..100)
        .map(|number| record(&format!("r{number:03}"), &[]))
        .collect();
    let files = folder(&[("transactions.json", results(&records))]);
    let mut holder = household.conn();
    hold(&mut holder, "r050");
    let (done, finished) = mpsc::channel();
    let import = thread::scope(|scope| {
        let import = scope.spawn(|| {
            let import = household.import(files.path());
            done.send(()).unwrap();
            import
        });
        wait_until(&mut household.conn(), WAITING);
        assert!(finished.try_recv().is_err());
        diesel::sql_query("COMMIT").execute(&mut holder).unwrap();
        import.join().unwrap()
    });
    assert_eq!(
        counts(report(&import, "transactions.json")),
        (99, 1, vec![])
    );
}

#[test]
fn a_killed_server_loses_nothing() {
    let scratch = Scratch::new();
    let options = durable(&scratch.path().join("server"));
    let server = Server::open(&options).unwrap();
    let patience = Duration::from_secs(2);
    let config = Config::from_url(&server.url("spending_db")).unwrap();
    let database = Database::open(config.checkout_timeout(patience)).unwrap();
    let records: Vec<String> = (0..3_000)
        .map(|number| record(&format!("r{number:04}"), &[]))
        .collect();
    let files = folder(&[
        ("transactions_1.json", results(&records)),
        ("transactions_2.json", results(&[record("other", &[])])),
    ]);
    let mut holder = PgConnection::establish(&server.url("spending_db")).unwrap();
    hold(&mut holder, "r1500");
    let outcome = thread::scope(|scope| {
        let import = scope.spawn(|| import_folder(&database, files.path(), ANN, &()));
        wait_until(
            &mut PgConnection::establish(&server.url("spending_db")).unwrap(),
            WAITING,
        );
        kill_postmaster(&options.dir);
        import.join().unwrap()
    });
    let import = outcome.unwrap();
    assert!(
        import
            .failed
            .iter()
            .any(|failed| failed.file == "transactions_1.json"),
        "{import:?}"
    );
    drop((server, database, holder));

    let server = Server::open(&options).unwrap();
    let database = open(&server.url("spending_db"));
    let mut conn = PgConnection::establish(&server.url("spending_db")).unwrap();
    assert_eq!(
        ask(
            &mut conn,
            "SELECT count(*) FROM truelayer_transactions WHERE transaction_id LIKE 'r%'"
        ),
        "0"
    );
    let import = import_folder(&database, files.path(), ANN, &()).unwrap();
    assert!(import.failed.is_empty(), "{:?}", import.failed);
    assert_eq!(
        counts(report(&import, "transactions_1.json")),
        (3_000, 0, vec![])
    );
    assert_eq!(
        ask(&mut conn, "SELECT count(*) FROM truelayer_transactions"),
        "3001"
    );
}

/// Kills the postmaster of a server as a crash would.
fn kill_postmaster(dir: &Path) {
    let pid = fs::read_to_string(dir.join("data/postmaster.pid")).unwrap();
    let pid = pid.lines().next().unwrap();
    assert!(
        Command::new("kill")
            .args(["-KILL", pid])
            .status()
            .unwrap()
            .success()
    );
}
