//! Threads that match, delete and store at once leave what one after the other would leave, and none fails.

use diesel::prelude::*;
use spending_db::models::enrichment::NewTransactionEnrichmentSource;
use spending_db::models::gmail::{
    GmailConnection, GmailReceipt, GmailSyncJob, NewGmailEmailContent, NewGmailTransactionMatch,
    ShownErrors, SyncProgress, SyncedReceipt,
};
use spending_db::operations::enrichment_sources;
use spending_db::operations::gmail::matches::{remove, save};
use spending_db::operations::gmail::{connections, receipts};
use spending_db::types::{
    EVERYONE, EnrichmentSourceType, GmailConnectionStatus, GmailReceiptId, GmailSyncJobStatus,
    GmailSyncJobType, PreEnrichmentStatus, TrueLayerTransactionId,
};
use spending_db::{Error, Result};

use super::{count, match_up, set_status, sources, status};
use crate::support::TestDatabase;
use crate::support::fixtures::{Household, mailbox, receipt, transaction};
use crate::support::rows::at;
use crate::support::threads::{ROUNDS, race};

/// A payment and three receipts a round.
fn rounds(
    db: &TestDatabase,
    home: &Household,
) -> Vec<(TrueLayerTransactionId, [GmailReceiptId; 3])> {
    let conn = &mut db.conn();
    (0..ROUNDS)
        .map(|round| {
            let payment = transaction(conn, home.account, &format!("payment {round}"));
            set_status(conn, payment, None);
            let receipts = [0, 1, 2].map(|n| receipt(conn, home.mailbox, &format!("{round}-{n}")));
            (payment, receipts)
        })
        .collect()
}

fn pair(
    payment: TrueLayerTransactionId,
    receipt: GmailReceiptId,
    confidence: i32,
) -> NewGmailTransactionMatch<'static> {
    NewGmailTransactionMatch::new(payment, receipt, confidence)
}

/// What is not there any more is no failure.
fn or_gone<T>(result: Result<T>) -> Option<T> {
    match result {
        Ok(value) => Some(value),
        Err(Error::NotFound) => None,
        Err(error) => panic!("{error}"),
    }
}

fn primaries(conn: &mut PgConnection, payment: TrueLayerTransactionId) -> usize {
    let sources = sources(conn, payment);
    sources.iter().filter(|(_, _, primary)| *primary).count()
}

#[test]
fn receipts_matched_at_once_make_one_primary_source() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let rounds = rounds(&db, &home);
    let matches = |n: usize, confidence: i32| {
        let rounds = &rounds;
        move |conn: &mut PgConnection, round: usize| {
            let (payment, receipts) = rounds[round];
            save(conn, EVERYONE, &pair(payment, receipts[n], confidence)).unwrap();
            save(conn, EVERYONE, &pair(payment, receipts[n], confidence)).unwrap();
        }
    };
    let (weak, strong, middle) = (matches(0, 50), matches(1, 90), matches(2, 70));
    race(&db, &[&weak, &strong, &middle, &strong], |conn, round| {
        let (payment, receipts) = rounds[round];
        let sources = sources(conn, payment);
        assert_eq!(sources.len(), 3);
        assert_eq!(primaries(conn, payment), 1);
        let surest = (EnrichmentSourceType::Gmail, receipts[1].0, true);
        assert_eq!(sources[0], surest, "whatever the order");
        assert_eq!(status(conn, payment), Some(PreEnrichmentStatus::Gmail));
    });
}

#[test]
fn an_order_and_receipts_at_once_make_one_primary_source() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let rounds = rounds(&db, &home);
    let orders = |conn: &mut PgConnection, round: usize| {
        let (payment, _) = rounds[round];
        let order = NewTransactionEnrichmentSource {
            source_id: Some(900),
            is_primary: Some(true),
            ..NewTransactionEnrichmentSource::new(payment, EnrichmentSourceType::Amazon, "A book")
        };
        enrichment_sources::add(conn, EVERYONE, &order).unwrap();
    };
    let matches = |conn: &mut PgConnection, round: usize| {
        let (payment, receipts) = rounds[round];
        save(conn, EVERYONE, &pair(payment, receipts[0], 100)).unwrap();
    };
    race(
        &db,
        &[&orders, &matches, &orders, &matches],
        |conn, round| {
            let (payment, _) = rounds[round];
            let order = (EnrichmentSourceType::Amazon, 900, true);
            assert_eq!(sources(conn, payment)[0], order);
            assert_eq!(primaries(conn, payment), 1);
        },
    );
}

#[test]
fn matching_unmatching_and_deleting_at_once_leave_what_belongs_together() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let rounds = rounds(&db, &home);
    let matches = |conn: &mut PgConnection, round: usize| {
        let (payment, receipts) = rounds[round];
        for receipt in receipts {
            or_gone(save(conn, EVERYONE, &pair(payment, receipt, 80)));
        }
    };
    let unmatches = |conn: &mut PgConnection, round: usize| {
        let (payment, receipts) = rounds[round];
        if let Some(found) = or_gone(save(conn, EVERYONE, &pair(payment, receipts[2], 90))) {
            or_gone(remove(conn, EVERYONE, found.id));
        }
    };
    let deletes = |conn: &mut PgConnection, round: usize| {
        let (_, receipts) = rounds[round];
        receipts::delete(conn, EVERYONE, receipts[1]).unwrap();
        receipts::delete(conn, EVERYONE, receipts[0]).unwrap();
    };
    race(
        &db,
        &[&matches, &unmatches, &deletes, &matches],
        |conn, round| {
            let (payment, receipts) = rounds[round];
            let sources = sources(conn, payment);
            let left = format!("truelayer_transaction_id = {payment}");
            let found = count(conn, "gmail_transaction_matches", &left);
            assert_eq!(found, i64::try_from(sources.len()).unwrap());
            assert!(sources.iter().all(|(_, id, _)| *id == receipts[2].0));
            assert_eq!(primaries(conn, payment), sources.len().min(1));
            let expected = if sources.is_empty() {
                PreEnrichmentStatus::None
            } else {
                PreEnrichmentStatus::Gmail
            };
            assert_eq!(status(conn, payment), Some(expected));
        },
    );
}

#[test]
fn a_mailbox_removed_while_its_receipts_come_and_are_matched_takes_them_all() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let rounds: Vec<_> = {
        let conn = &mut db.conn();
        (0..ROUNDS)
            .map(|round| {
                let inbox = mailbox(conn, home.user, &format!("{round}@gmail.example"));
                let receipts = [0, 1, 2].map(|n| receipt(conn, inbox, &format!("{round}-{n}")));
                let payments = [0, 1].map(|n| {
                    let payment = transaction(conn, home.account, &format!("{round}-{n}"));
                    set_status(conn, payment, None);
                    match_up(conn, payment, receipts[n], 50);
                    payment
                });
                (inbox, receipts, payments)
            })
            .collect()
    };
    let removes = |conn: &mut PgConnection, round: usize| {
        connections::remove(conn, EVERYONE, rounds[round].0).unwrap();
    };
    let matches = |conn: &mut PgConnection, round: usize| {
        let (_, receipts, payments) = rounds[round];
        for (receipt, payment) in receipts.into_iter().rev().zip(payments) {
            or_gone(save(conn, EVERYONE, &pair(payment, receipt, 90)));
        }
    };
    let stores = |conn: &mut PgConnection, round: usize| {
        let (inbox, _, _) = rounds[round];
        let names: Vec<_> = (0..6).rev().map(|n| format!("{round}-{n}")).collect();
        let receipts: Vec<_> = names
            .iter()
            .map(|name| SyncedReceipt::new(inbox, name, "x", at("2026-03-01T00:00:00Z"), 1))
            .collect();
        match SyncedReceipt::save_all(conn, EVERYONE, &receipts) {
            Ok(_) | Err(Error::Reference { .. }) => {}
            Err(error) => panic!("{error}"),
        }
    };
    race(&db, &[&removes, &matches, &stores], |conn, round| {
        let (inbox, _, payments) = rounds[round];
        let left = format!("connection_id = {inbox}");
        assert_eq!(count(conn, "gmail_receipts", &left), 0);
        for payment in payments {
            assert_eq!(sources(conn, payment), []);
            assert_eq!(status(conn, payment), Some(PreEnrichmentStatus::None));
        }
    });
}

#[test]
fn batches_that_cross_store_each_message_once() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let store = |conn: &mut PgConnection, round: usize, names: Vec<String>| {
        let receipts: Vec<_> = names
            .iter()
            .map(|name| SyncedReceipt::new(home.mailbox, name, "x", at("2026-03-01T00:00:00Z"), 1))
            .collect();
        let saved = SyncedReceipt::save_all(conn, home.user, &receipts).unwrap();
        assert_eq!(saved.len(), names.len(), "round {round}");
        let mails: Vec<_> = names
            .iter()
            .map(|name| NewGmailEmailContent {
                connection_id: Some(home.mailbox),
                ..NewGmailEmailContent::new(name)
            })
            .collect();
        let stored = NewGmailEmailContent::save_all(conn, home.user, &mails).unwrap();
        assert_eq!(stored, names.len());
    };
    let name = |round: usize, n: usize| format!("{round}-{n:02}");
    let up = |conn: &mut PgConnection, round: usize| {
        store(conn, round, (0..40).map(|n| name(round, n)).collect());
    };
    let down = |conn: &mut PgConnection, round: usize| {
        store(conn, round, (0..40).rev().map(|n| name(round, n)).collect());
    };
    race(&db, &[&up, &down, &up, &down], |conn, round| {
        let of_round = format!("message_id LIKE '{round}-%'");
        assert_eq!(count(conn, "gmail_receipts", &of_round), 40);
        assert_eq!(count(conn, "gmail_email_content", &of_round), 40);
    });
}

#[test]
fn no_error_is_lost_and_no_cancel() {
    let db = TestDatabase::new();
    let home = Household::new(&mut db.conn(), "ada");
    let jobs: Vec<_> = (0..ROUNDS)
        .map(|_| {
            let conn = &mut db.conn();
            GmailSyncJob::create(conn, EVERYONE, home.mailbox, GmailSyncJobType::Full)
                .unwrap()
                .id
        })
        .collect();
    let fails = |conn: &mut PgConnection, _| {
        let error = ShownErrors::Added("quota");
        let status = GmailConnectionStatus::Error;
        GmailConnection::set_status(conn, EVERYONE, home.mailbox, status, error).unwrap();
    };
    let reports = |conn: &mut PgConnection, round: usize| {
        for processed in 0..5 {
            let progress = SyncProgress {
                total: 5,
                processed,
                ..SyncProgress::default()
            };
            or_gone(GmailSyncJob::record_progress(
                conn,
                EVERYONE,
                jobs[round],
                progress,
            ));
        }
        let done = GmailSyncJobStatus::Completed;
        or_gone(GmailSyncJob::finish(
            conn,
            EVERYONE,
            jobs[round],
            done,
            None,
        ));
    };
    let cancels = |conn: &mut PgConnection, round: usize| {
        let cancelled = GmailSyncJobStatus::Cancelled;
        let ended = GmailSyncJob::finish(conn, EVERYONE, jobs[round], cancelled, None);
        if or_gone(ended).is_some() {
            let job = GmailSyncJob::find(conn, EVERYONE, jobs[round]).unwrap();
            assert_eq!(job.status, cancelled);
        }
    };
    race(&db, &[&fails, &reports, &cancels, &fails], |conn, round| {
        let mailbox = GmailConnection::find(conn, EVERYONE, home.mailbox).unwrap();
        assert_eq!(mailbox.error_count, i32::try_from(2 * (round + 1)).unwrap());
        let job = GmailSyncJob::find(conn, EVERYONE, jobs[round]).unwrap();
        assert!(job.completed_at.is_some());
        assert_ne!(job.status, GmailSyncJobStatus::Running);
    });
    let receipts = GmailReceipt::list_for_connection(&mut db.conn(), EVERYONE, home.mailbox);
    assert_eq!(receipts.unwrap().len(), 1);
}
