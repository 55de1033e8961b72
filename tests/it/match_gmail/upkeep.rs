//! Old mails, and messages that failed.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::models::gmail::{
    GmailConnection, GmailReceiptChanges, GmailSyncJob, NewGmailEmailContent,
};
use spending_db::operations::gmail::retention::clear_mail_bodies;
use spending_db::operations::gmail::retries::{
    FailedMessage, complete_sync, pending_messages, queue, settle,
};
use spending_db::operations::gmail::sync_jobs::{create_needed, oldest_received};
use spending_db::types::{
    EVERYONE, GmailErrorStage, GmailErrorType, GmailSyncJobStatus, GmailSyncJobType,
    PdfProcessingStatus, ReceiptParsingStatus,
};

use super::{Home, change};
use crate::household::ask;
use crate::support::TestDatabase;
use crate::support::fixtures::Household;
use crate::support::rows::{assert_not_found, at};

fn failed(message_id: &str) -> FailedMessage<'_> {
    FailedMessage {
        message_id,
        stage: GmailErrorStage::Fetch,
        kind: GmailErrorType::Timeout,
        message: "30 seconds",
    }
}

/// The messages that wait, with their failures.
fn waiting(conn: &mut PgConnection, home: &Household) -> Vec<(String, i64)> {
    pending_messages(conn, home.user, home.mailbox, 3, None)
        .unwrap()
        .into_iter()
        .map(|pending| (pending.message_id, pending.attempts))
        .collect()
}

// D42
#[test]
fn messages_that_failed_wait_until_they_are_settled_or_given_up() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (home, other) = (Household::new(conn, "ada"), Household::new(conn, "bob"));
    let lost = [failed("one"), failed("two"), failed("three")];
    let job = complete_sync(conn, home.user, home.sync_job, Some("77"), &lost).unwrap();
    assert_eq!(job.status, GmailSyncJobStatus::Completed);
    let mailbox = GmailConnection::find(conn, home.user, home.mailbox).unwrap();
    assert_eq!(mailbox.history_id.as_deref(), Some("77"));
    let all = [("one", 1), ("three", 1), ("two", 1)].map(|(id, n)| (id.to_owned(), n));
    assert_eq!(waiting(conn, &home), all);
    assert_eq!(waiting(conn, &other), []);

    queue(conn, home.user, home.mailbox, None, &[failed("one")]).unwrap();
    settle(conn, home.user, home.mailbox, &["two", "unknown"]).unwrap();
    let left = [("three", 1), ("one", 2)].map(|(id, n)| (id.to_owned(), n));
    assert_eq!(waiting(conn, &home), left, "longest ago first");
    queue(conn, home.user, home.mailbox, None, &[failed("one")]).unwrap();
    assert_eq!(waiting(conn, &home), left[..1], "given up after three");
    let first = pending_messages(conn, home.user, home.mailbox, 9, Some(1)).unwrap();
    assert_eq!(first[0].message_id, "three");

    assert_not_found(queue(conn, other.user, home.mailbox, None, &[failed("x")]));
    assert_not_found(settle(conn, other.user, home.mailbox, &["one"]));
    assert_not_found(pending_messages(conn, other.user, home.mailbox, 3, None));
}

// D42, D18
#[test]
fn a_sync_that_has_ended_moves_no_mark() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let cancelled = GmailSyncJobStatus::Cancelled;
    GmailSyncJob::finish(conn, home.user, home.sync_job, cancelled, None).unwrap();
    let ended = complete_sync(conn, home.user, home.sync_job, Some("77"), &[failed("one")]);
    assert_not_found(ended);
    let mailbox = GmailConnection::find(conn, home.user, home.mailbox).unwrap();
    assert_eq!(mailbox.history_id, None);
    assert_eq!(waiting(conn, &home), []);
}

// D10, D42
#[test]
fn a_sync_is_full_until_there_is_a_mark_to_go_on_from() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    assert_eq!(
        oldest_received(conn, home.user, home.mailbox).unwrap(),
        None
    );
    let job = create_needed(conn, home.user, home.mailbox).unwrap();
    assert_eq!(job.job_type, GmailSyncJobType::Full);
    GmailConnection::set_history_id(conn, home.user, home.mailbox, "5").unwrap();
    let job = create_needed(conn, home.user, home.mailbox).unwrap();
    assert_eq!(job.job_type, GmailSyncJobType::Incremental);
    for received in ["2025-02-01T00:00:00Z", "2025-01-01T00:00:00Z"] {
        let receipt = home.receive(conn, 0, "1", None);
        let changes = GmailReceiptChanges {
            received_at: Some(at(received)),
            ..Default::default()
        };
        change(conn, receipt, &changes);
    }
    let oldest = oldest_received(conn, home.user, home.mailbox).unwrap();
    assert_eq!(oldest, Some(at("2025-01-01T00:00:00Z")));
}

// D33
#[test]
fn old_bodies_go_unless_a_receipt_still_waits_for_them() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (home, other) = (Home::new(conn, "ada"), Home::new(conn, "bob"));
    let old = at("2025-01-01T00:00:00Z");
    let cutoff = old + TimeDelta::days(90);
    for (home, fetched) in [
        (&home, old),
        (&home, cutoff),
        (&home, old),
        (&home, old),
        (&other, old),
    ] {
        let receipt = home.receive(conn, 0, "1", None);
        let message = format!("{}-{}", home.user, home.next.get());
        let mail = NewGmailEmailContent {
            connection_id: Some(home.mailbox),
            subject: Some("Thank you"),
            body_html: Some("<p>"),
            body_text: Some("text"),
            snippet: Some("te"),
            fetched_at: Some(fetched),
            ..NewGmailEmailContent::new(&message)
        };
        mail.insert(conn).unwrap();
        let changes = GmailReceiptChanges {
            parsing_status: (home.next.get() == 3).then_some(Some(ReceiptParsingStatus::Failed)),
            pdf_processing_status: (home.next.get() == 4)
                .then_some(Some(PdfProcessingStatus::Pending)),
            ..Default::default()
        };
        if home.next.get() > 2 {
            change(conn, receipt, &changes);
        }
    }
    conn.batch_execute("UPDATE gmail_email_content SET connection_id = NULL WHERE id = 1")
        .unwrap();
    assert_eq!(clear_mail_bodies(conn, home.user, cutoff).unwrap(), 1);
    assert_eq!(clear_mail_bodies(conn, home.user, cutoff).unwrap(), 0);
    let empty = "SELECT string_agg(id::text, ' ' ORDER BY id) FROM gmail_email_content
                 WHERE num_nulls(body_html, body_text, snippet) = 3 AND subject IS NOT NULL";
    assert_eq!(ask(conn, empty), "1");
    assert_eq!(clear_mail_bodies(conn, EVERYONE, cutoff).unwrap(), 1);
    assert_eq!(ask(conn, empty), "1 5");
}
