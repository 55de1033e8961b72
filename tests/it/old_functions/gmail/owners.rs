//! Nobody reads or changes what is another's by its id.

use std::fmt::Debug;

use diesel::prelude::*;
use spending_db::models::gmail::{
    GmailConnection, GmailEmailContent, GmailReceipt, GmailSyncJob, GmailTokens,
    GmailTransactionMatch, KnownReceipt, NewGmailEmailContent, NewGmailTransactionMatch,
    ShownErrors, SyncProgress, SyncedReceipt,
};
use spending_db::operations::gmail::matches::{Confirmation, MatchedReceipt, PaidReceipt};
use spending_db::operations::gmail::receipts::{OwnedReceipt, ReceiptWithMail};
use spending_db::operations::gmail::{connections, matches, receipts, statistics, sync_jobs};
use spending_db::operations::matched_purchases::{amazon_order, apple_purchase};
use spending_db::types::{
    EVERYONE, EncryptedToken, GmailConnectionStatus, GmailSyncJobStatus, GmailSyncJobType,
    GmailTransactionMatchId, UserId,
};
use spending_db::{Error, Result};

use super::match_up;
use crate::support::TestDatabase;
use crate::support::fixtures::{Household, user};
use crate::support::rows::{at, decimal};

/// Whether an answer gives anything away.
fn tells<T: Debug>(answer: Result<Vec<T>>) -> bool {
    match answer {
        Ok(rows) => !rows.is_empty(),
        Err(Error::NotFound | Error::Reference { .. }) => false,
        Err(error) => panic!("{error}"),
    }
}

fn one<T: Debug>(answer: Result<T>) -> bool {
    tells(answer.map(|row| vec![row]))
}

fn maybe<T: Debug>(answer: Result<Option<T>>) -> bool {
    tells(answer.map(|row| row.into_iter().collect()))
}

/// A household with a mail, a receipt that paid, an order and a purchase that paid.
fn household(conn: &mut PgConnection) -> (Household, GmailTransactionMatchId) {
    use spending_db::models::amazon::NewTrueLayerAmazonTransactionMatch;
    use spending_db::models::apple::NewAppleTransactionMatch;
    let home = Household::new(conn, "ada");
    let mail = NewGmailEmailContent {
        connection_id: Some(home.mailbox),
        ..NewGmailEmailContent::new("ada-message")
    };
    mail.insert(conn).unwrap();
    diesel::sql_query(
        "UPDATE gmail_receipts SET merchant_domain = 'shop.example', parsing_status = 'parsed'",
    )
    .execute(conn)
    .unwrap();
    let hundred = decimal("100");
    NewTrueLayerAmazonTransactionMatch::new(home.payment, home.order, &hundred)
        .insert(conn)
        .unwrap();
    NewAppleTransactionMatch::new(home.payment, home.purchase, 100)
        .insert(conn)
        .unwrap();
    let matched = match_up(conn, home.payment, home.receipt, 90);
    (home, matched.id)
}

/// What each question tells this owner. Those at the end take away what the others ask for.
#[expect(clippy::too_many_lines, reason = "a line a question")]
fn answers(
    conn: &mut PgConnection,
    home: &Household,
    matched: GmailTransactionMatchId,
    owner: Option<UserId>,
) -> Vec<(&'static str, bool)> {
    let secret = EncryptedToken::from_stored("stolen");
    let tokens = GmailTokens {
        access_token: &secret,
        refresh_token: Some(&secret),
        expires_at: None,
    };
    let receipt = SyncedReceipt::new(home.mailbox, "new", "x", at("2026-03-01T00:00:00Z"), 1);
    let mail = NewGmailEmailContent {
        connection_id: Some(home.mailbox),
        ..NewGmailEmailContent::new("new")
    };
    let pair = NewGmailTransactionMatch::new(home.payment, home.receipt, 95);
    let active = GmailConnectionStatus::Active;
    let (mailbox, job) = (home.mailbox, home.sync_job);
    let messages = ["ada-message"];
    vec![
        (
            "connection",
            one(GmailConnection::find(conn, owner, mailbox)),
        ),
        (
            "tokens",
            one(GmailConnection::set_tokens(conn, owner, mailbox, &tokens)),
        ),
        (
            "status",
            one(GmailConnection::set_status(
                conn,
                owner,
                mailbox,
                active,
                ShownErrors::Cleared,
            )),
        ),
        (
            "mark",
            one(GmailConnection::set_history_id(conn, owner, mailbox, "1")),
        ),
        ("save", one(receipt.save(conn, owner))),
        (
            "save all",
            tells(SyncedReceipt::save_all(conn, owner, &[receipt])),
        ),
        ("save mail", one(mail.save(conn, owner))),
        (
            "save all mails",
            one(NewGmailEmailContent::save_all(conn, owner, &[mail])),
        ),
        (
            "mail",
            maybe(GmailEmailContent::find_by_message_id(
                conn,
                owner,
                "ada-message",
            )),
        ),
        (
            "receipt with mail",
            one(ReceiptWithMail::find(conn, owner, home.receipt)),
        ),
        (
            "of domain",
            tells(ReceiptWithMail::list_for_domain(conn, owner, "shop", None)),
        ),
        (
            "receipts",
            tells(GmailReceipt::list(conn, owner, mailbox, None, None, 0)),
        ),
        (
            "receipt",
            one(OwnedReceipt::find(conn, owner, home.receipt)),
        ),
        (
            "known",
            maybe(KnownReceipt::find(conn, owner, "ada-message")),
        ),
        (
            "all known",
            tells(KnownReceipt::list(conn, owner, mailbox, &messages)),
        ),
        (
            "unmatched",
            tells(GmailReceipt::list_unmatched(conn, owner, None)),
        ),
        ("match", one(matches::save(conn, owner, &pair))),
        (
            "of payment",
            tells(MatchedReceipt::list(conn, owner, home.payment)),
        ),
        (
            "paid",
            tells(PaidReceipt::list(conn, owner, Confirmation::Any, None, 0)),
        ),
        (
            "confirm",
            one(GmailTransactionMatch::confirm(conn, owner, matched)),
        ),
        ("order", maybe(amazon_order(conn, owner, home.payment))),
        ("purchase", maybe(apple_purchase(conn, owner, home.payment))),
        (
            "new job",
            one(GmailSyncJob::create(
                conn,
                owner,
                mailbox,
                GmailSyncJobType::Full,
            )),
        ),
        (
            "progress",
            one(GmailSyncJob::record_progress(
                conn,
                owner,
                job,
                SyncProgress::default(),
            )),
        ),
        (
            "dates",
            one(GmailSyncJob::set_dates(conn, owner, job, None, None)),
        ),
        ("job", one(sync_jobs::find(conn, owner, job))),
        (
            "latest",
            maybe(GmailSyncJob::find_latest(conn, owner, mailbox)),
        ),
        (
            "active",
            maybe(GmailSyncJob::find_active(conn, owner, None)),
        ),
        (
            "finish",
            one(GmailSyncJob::finish(
                conn,
                owner,
                job,
                GmailSyncJobStatus::Failed,
                None,
            )),
        ),
        ("unmatch", one(matches::remove(conn, owner, matched))),
        ("delete", one(receipts::delete(conn, owner, home.receipt))),
        ("remove", one(connections::remove(conn, owner, mailbox))),
    ]
}

#[test]
fn strangers_find_and_change_nothing() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (home, matched) = household(conn);
    let stranger = user(conn, "eve");
    let state = |conn: &mut PgConnection| {
        format!(
            "{:?} {:?} {:?} {:?}",
            GmailConnection::find(conn, EVERYONE, home.mailbox).unwrap(),
            GmailReceipt::list_for_connection(conn, EVERYONE, home.mailbox).unwrap(),
            PaidReceipt::list(conn, EVERYONE, Confirmation::Any, None, 0).unwrap(),
            GmailSyncJob::list_for_connection(conn, EVERYONE, home.mailbox).unwrap(),
        )
    };
    let before = state(conn);
    for (question, told) in answers(conn, &home, matched, Some(stranger)) {
        assert!(!told, "{question}");
    }
    assert_eq!(state(conn), before);
    assert_eq!(GmailConnection::find_active(conn, stranger).unwrap(), None);
    assert_eq!(
        statistics::receipts(conn, stranger).unwrap().total_receipts,
        0
    );
}

#[test]
fn owners_and_everyone_find_and_change_everything() {
    for everyone in [false, true] {
        let db = TestDatabase::new();
        let conn = &mut db.conn();
        let (home, matched) = household(conn);
        let owner = (!everyone).then_some(home.user);
        for (question, told) in answers(conn, &home, matched, owner) {
            assert!(told, "{question}");
        }
    }
}
