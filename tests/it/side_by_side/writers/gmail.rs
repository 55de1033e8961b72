//! The same messages from both, while old code may store them.

use diesel::prelude::*;
use spending_db::migrations::Options;
use spending_db::migrations::side_by_side::switch_on;
use spending_db::models::gmail::{NewGmailEmailContent, NewGmailTransactionMatch, SyncedReceipt};
use spending_db::operations::gmail::matches;
use spending_db::types::{EVERYONE, GmailConnectionId};

use crate::side_by_side::gmail::{mail, receipt};
use crate::support::TestDatabase;
use crate::support::fixtures::{self, Household};
use crate::support::rows::at;
use crate::support::sql::{execute, lines};
use crate::support::threads::race;

fn synced(mailbox: GmailConnectionId, message: &str) -> SyncedReceipt<'_> {
    let received = at("2025-10-26T01:30:00Z");
    SyncedReceipt::new(mailbox, message, "shop@example.com", received, 90)
}

#[test]
fn a_message_has_one_receipt() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let mailbox = Household::new(conn, "ada").mailbox;
    switch_on(conn, &Options::default()).unwrap();
    let old = |conn: &mut PgConnection, round: usize| {
        execute(conn, &receipt(mailbox, &format!("m-{round}"), "Old")).unwrap();
    };
    let new = |conn: &mut PgConnection, round: usize| {
        synced(mailbox, &format!("m-{round}"))
            .save(conn, EVERYONE)
            .unwrap();
    };
    let new_bulk = |conn: &mut PgConnection, round: usize| {
        let message = format!("m-{round}");
        let receipts = [synced(mailbox, &message), synced(mailbox, "another")];
        SyncedReceipt::save_all(conn, EVERYONE, &receipts).unwrap();
    };
    race(&db, &[&old, &new, &old, &new_bulk], |conn, round| {
        let count = "SELECT count(*)::text AS line FROM gmail_receipts WHERE message_id LIKE 'm-%'";
        assert_eq!(lines(conn, count), [(round + 1).to_string()]);
    });
}

#[test]
fn a_message_has_one_mail() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let mailbox = Household::new(conn, "ada").mailbox;
    switch_on(conn, &Options::default()).unwrap();
    let old = |conn: &mut PgConnection, round: usize| {
        execute(conn, &mail(&format!("m-{round}"), "old")).unwrap();
    };
    let new = |conn: &mut PgConnection, round: usize| {
        let message = format!("m-{round}");
        let mail = NewGmailEmailContent {
            connection_id: Some(mailbox),
            body_text: Some("new"),
            ..NewGmailEmailContent::new(&message)
        };
        mail.save(conn, EVERYONE).unwrap();
    };
    race(&db, &[&old, &new, &old, &new], |conn, round| {
        let count = "SELECT format('%s %s', count(*), count(DISTINCT message_id)) AS line FROM gmail_email_content";
        let all = round + 1;
        assert_eq!(lines(conn, count), [format!("{all} {all}")]);
    });
}

#[test]
fn a_receipt_is_matched_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let receipts: Vec<_> = (0..crate::support::threads::ROUNDS)
        .map(|round| fixtures::receipt(conn, home.mailbox, &format!("m-{round}")))
        .collect();
    let payment = home.payment;
    let old = |conn: &mut PgConnection, round: usize| {
        let receipt = receipts[round];
        for statement in [
            format!(
                "INSERT INTO gmail_transaction_matches (truelayer_transaction_id, gmail_receipt_id, match_confidence)
                 VALUES ({payment}, {receipt}, 90)
                 ON CONFLICT (truelayer_transaction_id, gmail_receipt_id) DO UPDATE SET
                     match_confidence = EXCLUDED.match_confidence, matched_at = NOW()"
            ),
            format!(
                "INSERT INTO transaction_enrichment_sources (truelayer_transaction_id, source_type, source_id, description, is_primary)
                 VALUES ({payment}, 'gmail', {receipt}, 'old', TRUE)
                 ON CONFLICT (truelayer_transaction_id, source_type, source_id) DO UPDATE SET
                     description = EXCLUDED.description, updated_at = NOW()"
            ),
            format!(
                "UPDATE truelayer_transactions SET pre_enrichment_status = 'Gmail'
                 WHERE id = {payment} AND (pre_enrichment_status IS NULL OR pre_enrichment_status = 'None')"
            ),
        ] {
            execute(conn, &statement).unwrap();
        }
    };
    let new = |conn: &mut PgConnection, round: usize| {
        let pair = NewGmailTransactionMatch::new(payment, receipts[round], 80);
        matches::save(conn, EVERYONE, &pair).unwrap();
    };
    race(&db, &[&old, &new, &old, &new], |conn, round| {
        let counts = format!(
            "SELECT format('%s %s %s',
                 (SELECT count(*) FROM gmail_transaction_matches WHERE gmail_receipt_id = {0}),
                 (SELECT count(*) FROM transaction_enrichment_sources WHERE source_id = {0}),
                 (SELECT count(*) FROM transaction_enrichment_sources WHERE is_primary)) AS line",
            receipts[round]
        );
        assert_eq!(lines(conn, &counts), ["1 1 1"]);
    });
}
