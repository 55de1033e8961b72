//! Every look-up by key, date or status goes by an index, on 100,000 transactions and as many receipts.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::models::gmail::{
    GmailConnection, GmailEmailContent, GmailOAuthState, GmailReceipt, GmailSyncJob, GmailTokens,
    GmailTransactionMatch, KnownReceipt, NewGmailEmailContent, NewGmailTransactionMatch,
    ShownErrors, SyncProgress, SyncedReceipt,
};
use spending_db::operations::gmail::matches::{Confirmation, MatchedReceipt, PaidReceipt};
use spending_db::operations::gmail::receipts::{OwnedReceipt, ReceiptWithMail};
use spending_db::operations::gmail::{connections, matches, receipts, statistics, sync_jobs};
use spending_db::operations::matched_purchases::{amazon_order, apple_purchase};
use spending_db::types::{
    EVERYONE, EncryptedToken, GmailConnectionId, GmailConnectionStatus, GmailReceiptId,
    GmailSyncJobId, GmailSyncJobStatus, GmailTransactionMatchId, ReceiptParsingStatus, Secret,
    TrueLayerTransactionId, UserId,
};

use crate::support::TestDatabase;
use crate::support::explain::assert_indexed;
use crate::support::rows::at;

const USER: UserId = UserId(17);

/// Whose rows are asked for, and a number that all of them have.
const ASKED: [(Option<UserId>, i32); 2] = [(EVERYONE, 17), (Some(USER), 2_017)];

#[test]
fn look_ups_go_by_an_index() {
    let db = TestDatabase::filled();
    let conn = &mut db.conn();
    conn.batch_execute(include_str!("volume.sql")).unwrap();
    for (owner, number) in ASKED {
        mailboxes(conn, owner, number);
        receipts_and_mails(conn, owner, number);
        payments(conn, owner, number);
        jobs(conn, owner, number);
    }
    of_user(conn);
    authorisations(conn);
    for (owner, number) in ASKED {
        deletions(conn, owner, number);
    }
}

fn mailboxes(conn: &mut PgConnection, owner: Option<UserId>, number: i32) {
    let id = GmailConnectionId(number);
    let secret = EncryptedToken::from_stored("secret");
    let tokens = GmailTokens {
        access_token: &secret,
        refresh_token: Some(&secret),
        expires_at: None,
    };
    assert_indexed(conn, "mailbox", |c| {
        GmailConnection::find(c, owner, id).unwrap()
    });
    assert_indexed(conn, "tokens", |c| {
        GmailConnection::set_tokens(c, owner, id, &tokens).unwrap()
    });
    assert_indexed(conn, "status", |c| {
        let active = GmailConnectionStatus::Active;
        GmailConnection::set_status(c, owner, id, active, ShownErrors::Cleared).unwrap()
    });
    assert_indexed(conn, "mark", |c| {
        GmailConnection::set_history_id(c, owner, id, "1").unwrap()
    });
    assert_indexed(conn, "authorisation", |c| {
        GmailConnection::authorise(c, USER, "box16", &tokens, None).unwrap()
    });
}

fn receipts_and_mails(conn: &mut PgConnection, owner: Option<UserId>, number: i32) {
    let (mailbox, id) = (GmailConnectionId(number), GmailReceiptId(number));
    let message = format!("msg{}", number - 1);
    let receipt = SyncedReceipt::new(mailbox, &message, "x", at("2026-03-01T00:00:00Z"), 1);
    assert_indexed(conn, "saved receipt", |c| receipt.save(c, owner).unwrap());
    let mail = NewGmailEmailContent {
        connection_id: Some(mailbox),
        ..NewGmailEmailContent::new(&message)
    };
    assert_indexed(conn, "saved mail", |c| mail.save(c, owner).unwrap());
    assert_indexed(conn, "mail", |c| {
        GmailEmailContent::find_by_message_id(c, owner, &message)
            .unwrap()
            .unwrap()
    });
    assert_indexed(conn, "receipt", |c| {
        OwnedReceipt::find(c, owner, id).unwrap()
    });
    assert_indexed(conn, "receipt with mail", |c| {
        ReceiptWithMail::find(c, owner, id).unwrap()
    });
    assert_indexed(conn, "known receipt", |c| {
        KnownReceipt::find(c, owner, &message).unwrap().unwrap()
    });
    assert_indexed(conn, "known receipts", |c| {
        let known = KnownReceipt::list(c, owner, mailbox, &[&message, "unknown"]).unwrap();
        assert_eq!(known.len(), 1);
    });
    for status in [None, Some(ReceiptParsingStatus::Parsed)] {
        assert_indexed(conn, "receipts", |c| {
            GmailReceipt::list(c, owner, mailbox, status, Some(10), 10).unwrap()
        });
    }
}

fn payments(conn: &mut PgConnection, owner: Option<UserId>, number: i32) {
    let payment = TrueLayerTransactionId(number);
    let pair = NewGmailTransactionMatch::new(payment, GmailReceiptId(number), 95);
    assert_indexed(conn, "match", |c| matches::save(c, owner, &pair).unwrap());
    assert_indexed(conn, "matches of a payment", |c| {
        assert_eq!(MatchedReceipt::list(c, owner, payment).unwrap().len(), 1);
    });
    assert_indexed(conn, "confirmation", |c| {
        GmailTransactionMatch::confirm(c, owner, GmailTransactionMatchId(number)).unwrap()
    });
    assert_indexed(conn, "order", |c| {
        amazon_order(c, owner, payment).unwrap().unwrap()
    });
    assert_indexed(conn, "purchase", |c| {
        apple_purchase(c, owner, payment).unwrap().unwrap()
    });
}

fn jobs(conn: &mut PgConnection, owner: Option<UserId>, number: i32) {
    let (mailbox, id) = (GmailConnectionId(number), GmailSyncJobId(number));
    assert_indexed(conn, "progress", |c| {
        GmailSyncJob::record_progress(c, owner, id, SyncProgress::default()).unwrap()
    });
    assert_indexed(conn, "dates", |c| {
        GmailSyncJob::set_dates(c, owner, id, None, None).unwrap()
    });
    assert_indexed(conn, "job", |c| sync_jobs::find(c, owner, id).unwrap());
    assert_indexed(conn, "latest job", |c| {
        GmailSyncJob::find_latest(c, owner, mailbox)
            .unwrap()
            .unwrap()
    });
    for mailbox in [None, Some(mailbox)] {
        assert_indexed(conn, "active job", |c| {
            GmailSyncJob::find_active(c, owner, mailbox)
                .unwrap()
                .unwrap()
        });
    }
    assert_indexed(conn, "stale jobs", |c| {
        let minutes = TimeDelta::minutes(60);
        assert_eq!(GmailSyncJob::fail_stale(c, minutes, minutes).unwrap(), 0);
    });
    assert_indexed(conn, "end", |c| {
        GmailSyncJob::finish(c, owner, id, GmailSyncJobStatus::Failed, None).unwrap()
    });
}

fn of_user(conn: &mut PgConnection) {
    assert_indexed(conn, "active mailbox", |c| {
        GmailConnection::find_active(c, USER).unwrap().unwrap()
    });
    assert_indexed(conn, "statistics", |c| {
        assert_eq!(statistics::receipts(c, USER).unwrap().total_receipts, 50);
    });
    assert_indexed(conn, "unmatched receipts", |c| {
        let unmatched = GmailReceipt::list_unmatched(c, USER, Some(100)).unwrap();
        assert_eq!(unmatched.len(), 25);
    });
    assert_indexed(conn, "matches of a user", |c| {
        let paid = PaidReceipt::list(c, USER, Confirmation::Any, Some(100), 0).unwrap();
        assert_eq!(paid.len(), 25);
    });
}

fn authorisations(conn: &mut PgConnection) {
    let state = Secret::new("state16");
    assert_indexed(conn, "stored state", |c| {
        GmailOAuthState::store(c, USER, &state, &Secret::new("verifier")).unwrap();
    });
    assert_indexed(conn, "state", |c| {
        GmailOAuthState::find_valid(c, &state).unwrap().unwrap()
    });
    assert_indexed(conn, "used state", |c| {
        GmailOAuthState::consume(c, &state).unwrap().unwrap()
    });
    assert_indexed(conn, "deleted state", |c| {
        GmailOAuthState::delete_by_state(c, &Secret::new("state17")).unwrap();
    });
    assert_indexed(conn, "expired states", |c| {
        assert_eq!(GmailOAuthState::delete_expired(c).unwrap(), 0);
    });
}

fn deletions(conn: &mut PgConnection, owner: Option<UserId>, number: i32) {
    assert_indexed(conn, "unmatching", |c| {
        matches::remove(c, owner, GmailTransactionMatchId(number)).unwrap();
    });
    assert_indexed(conn, "deleted receipt", |c| {
        receipts::delete(c, owner, GmailReceiptId(number)).unwrap();
    });
    assert_indexed(conn, "removed mailbox", |c| {
        connections::remove(c, owner, GmailConnectionId(number)).unwrap();
    });
}
