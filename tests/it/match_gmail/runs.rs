//! Runs of the matcher: again, at once, cut short, and with many receipts.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::result::Error as DieselError;
use serde_json::json;
use spending_db::Error;
use spending_db::models::gmail::NewGmailTransactionMatch;
use spending_db::models::system::{MatchingJob, MatchingJobStep, NewMatchingJob};
use spending_db::operations::gmail::matches::save;
use spending_db::operations::matching::gmail::{match_gmail, match_gmail_watched};
use spending_db::types::{EVERYONE, GmailReceiptId};

use super::{Home, dump, run};
use crate::household::ask;
use crate::support::TestDatabase;
use crate::support::threads::{at_once, race};

/// So many receipts with a payment each, from 1 to `count` pounds.
fn fill(conn: &mut PgConnection, home: &Home, count: u32) {
    conn.batch_execute(&format!(
        "INSERT INTO truelayer_transactions (account_id, transaction_id, normalised_provider_transaction_id, \"timestamp\",
             description, amount, currency, transaction_type)
         SELECT {account}, 'tx' || n, 'tx' || n, timestamptz '2025-05-01 12:00Z', 'SHOP', n, 'GBP', 'DEBIT'
         FROM generate_series(1, {count}) AS n;
         INSERT INTO gmail_receipts (connection_id, message_id, sender_email, received_at, parse_confidence, parsing_status,
             total_amount, receipt_date)
         SELECT {mailbox}, 'msg' || n, 'x', timestamptz '2025-05-01 09:00Z', 90, 'parsed', n, date '2025-05-01'
         FROM generate_series(1, {count}) AS n;
         ANALYZE",
        account = home.account,
        mailbox = home.mailbox,
    ))
    .unwrap();
}

/// How many receipts are matched, matches and primary sources there are.
fn counted(conn: &mut PgConnection) -> String {
    ask(
        conn,
        "SELECT (SELECT count(DISTINCT gmail_receipt_id) || ' ' || count(*) FROM gmail_transaction_matches) || ' '
             || (SELECT count(*) FROM transaction_enrichment_sources WHERE is_primary)",
    )
}

#[test]
fn a_second_run_changes_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    fill(conn, &home, 150);
    let lost = home.receive(conn, 0, "9999", None);
    let first = run(conn);
    assert_eq!(
        (first.matched.len(), &first.unmatched[..]),
        (150, &[lost][..])
    );
    let before = dump(conn);
    let again = run(conn);
    assert_eq!((again.matched, again.unmatched), (vec![], vec![lost]));
    assert_eq!(dump(conn), before);
}

// D22
#[test]
fn the_answer_is_one_type() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    fill(conn, &home, 1);
    let lost = home.receive(conn, 0, "9999", None);
    let found = run(conn);
    assert_eq!(
        (found.total_processed(), found.total_sources_added()),
        (2, 1)
    );
    let matched = json!({"transaction": "tx1", "receipt_id": 1, "order_id": null, "confidence": 85,
                         "match_method": "exact_amount_close_date"});
    let expected = json!({"matched": [matched], "suggested": [], "unmatched": [lost]});
    assert_eq!(serde_json::to_value(found).unwrap(), expected);
}

#[test]
fn runs_at_the_same_time_match_each_receipt_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    fill(conn, &home, 250);
    let found = at_once(&db, 4, |conn, _| run(conn).matched.len());
    assert_eq!(found.iter().sum::<usize>(), 250, "{found:?}");
    assert_eq!(counted(conn), "250 250 250");
}

#[test]
fn a_run_and_a_person_leave_one_of_both_matches() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    let receipt = home.receive(conn, 0, "20.00", Some("Tesco"));
    home.pay(conn, 0, "20.00", "TESCO");
    let chosen = home.pay(conn, 5, "90.00", "MARKET");
    let by_run = |conn: &mut PgConnection, _: usize| {
        run(conn);
    };
    let by_person = |conn: &mut PgConnection, _: usize| {
        save(
            conn,
            EVERYONE,
            &NewGmailTransactionMatch::new(chosen, receipt, 50),
        )
        .unwrap();
    };
    race(&db, &[&by_run, &by_person, &by_run], |conn, round| {
        let matches = "SELECT count(*) || ' ' || count(DISTINCT truelayer_transaction_id) FROM gmail_transaction_matches";
        let count = ask(conn, matches);
        // The person's choice always holds; a run that came first keeps its match beside it.
        assert!(["1 1", "2 2"].contains(&&*count), "round {round}: {count}");
        let person = "SELECT count(*) FROM gmail_transaction_matches WHERE match_confidence = 50";
        assert_eq!(ask(conn, person), "1");
        assert_eq!(
            ask(
                conn,
                "SELECT count(*) FILTER (WHERE is_primary) = count(DISTINCT truelayer_transaction_id) FROM transaction_enrichment_sources"
            ),
            "true"
        );
        conn.batch_execute(
            "DELETE FROM gmail_transaction_matches; DELETE FROM transaction_enrichment_sources",
        )
        .unwrap();
    });
}

// D20
#[test]
fn thousands_that_never_match_do_not_starve_one_that_does() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    fill(conn, &home, 5_000);
    conn.batch_execute(
        "UPDATE truelayer_transactions SET amount = amount + 100000;
         UPDATE gmail_receipts SET receipt_date = NULL WHERE id % 2 = 0",
    )
    .unwrap();
    let old = home.receive(conn, -3_000, "7.00", None);
    home.pay(conn, -3_000, "7.00", "X");
    let new = home.receive(conn, 3_000, "8.00", None);
    home.pay(conn, 3_000, "8.00", "X");
    let found = run(conn);
    let matched: Vec<GmailReceiptId> = found.matched.iter().map(|found| found.receipt_id).collect();
    assert_eq!(matched, [old, new]);
    assert_eq!(found.unmatched.len(), 5_000);
}

// D27
#[test]
fn a_batch_that_fails_leaves_nothing_of_itself() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    fill(conn, &home, 150);
    // The second hundred cannot get its status.
    conn.batch_execute(
        "ALTER TABLE truelayer_transactions ADD CHECK (pre_enrichment_status <> 'Gmail' OR amount <> 120)",
    )
    .unwrap();
    match_gmail(conn, None).unwrap_err();
    assert_eq!(counted(conn), "100 100 100");
    let status =
        "SELECT count(*) FROM truelayer_transactions WHERE pre_enrichment_status = 'Gmail'";
    assert_eq!(ask(conn, status), "100");
    conn.batch_execute("DELETE FROM truelayer_transactions WHERE amount = 120")
        .unwrap();
    assert_eq!(run(conn).matched.len(), 49);
}

// D18, D34, D35
#[test]
fn a_watcher_hears_of_every_hundred_and_can_stop_the_run() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    fill(conn, &home, 250);
    let job = NewMatchingJob::new(home.user, "gmail")
        .insert(conn)
        .unwrap()
        .id;
    assert!(MatchingJob::claim(conn, home.user, job).unwrap().is_some());
    assert!(MatchingJob::claim(conn, home.user, job).unwrap().is_none());
    let mut heard = Vec::new();
    let stopped = match_gmail_watched(conn, Some(home.user), &mut |conn, counts| {
        let job = MatchingJob::record_progress(conn, home.user, job, counts)?;
        heard.push((job.processed_items, job.matched_items, job.total_items));
        if heard.len() == 2 {
            // The clean-up takes the job for dead.
            let failed = MatchingJobStep::Failed {
                error_message: Some("silent"),
            };
            MatchingJob::advance(conn, home.user, job.id, failed)?;
        }
        Ok(())
    });
    assert!(matches!(stopped, Err(Error::NotFound)), "{stopped:?}");
    assert_eq!(heard, [(100, 100, 250), (200, 200, 250)]);
    assert_eq!(counted(conn), "250 250 250");
    let ended = MatchingJob::finish(conn, home.user, job, None);
    assert!(matches!(ended, Err(Error::NotFound)), "{ended:?}");
    let job = MatchingJob::find(conn, home.user, job).unwrap();
    assert_eq!(job.error_message.as_deref(), Some("silent"));
}

// D26
#[test]
fn storing_sources_reads_no_more_of_them_the_more_there_are() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    // The table of sources is empty when the plans are made.
    fill(conn, &home, 1_000);
    assert_eq!(run(conn).matched.len(), 1_000);
    let flushed = "SELECT pg_stat_force_next_flush() IS NOT NULL";
    ask(conn, flushed);
    let read = "SELECT seq_tup_read < 100000 FROM pg_stat_user_tables WHERE relname = 'transaction_enrichment_sources'";
    assert_eq!(ask(conn, read), "true");
}

#[test]
fn inside_a_callers_transaction_everything_goes_back_with_it() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    fill(conn, &home, 150);
    let undone: QueryResult<()> = conn.transaction(|conn| {
        assert_eq!(run(conn).matched.len(), 150);
        Err(DieselError::RollbackTransaction)
    });
    undone.unwrap_err();
    assert_eq!(counted(conn), "0 0 0");
}
