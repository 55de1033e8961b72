//! The time in which old code may store receipts and mails.

use std::time::Duration;

use diesel::prelude::*;
use spending_db::Error;
use spending_db::catalog::check;
use spending_db::migrations::side_by_side::{is_on, shared_messages, switch_off, switch_on};
use spending_db::migrations::{Count, Migrator, Options, RevertOptions};
use spending_db::models::gmail::{NewGmailEmailContent, SyncedReceipt};
use spending_db::types::EVERYONE;

use super::gmail::{mail, receipt};
use super::session;
use crate::support::TestDatabase;
use crate::support::fixtures::{self, Household};
use crate::support::rows::{assert_conflict, at};
use crate::support::sql::{execute, lines};

fn on(conn: &mut PgConnection) -> bool {
    switch_on(conn, &Options::default()).unwrap()
}

fn off(conn: &mut PgConnection) -> bool {
    switch_off(conn, &Options::default()).unwrap()
}

#[test]
fn what_it_stands_on_is_not_taken_back_meanwhile() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let migrator = Migrator::embedded(Options::default());
    let revert = |conn: &mut PgConnection, count| {
        migrator.revert(conn, count, RevertOptions { lose_data: true })
    };
    on(conn);
    let refused = revert(conn, Count::All).unwrap_err().to_string();
    assert!(refused.contains("side-by-side off"), "{refused}");
    assert!(migrator.pending(conn).unwrap().is_empty());
    revert(conn, Count::Last(1)).unwrap();
    off(conn);
    revert(conn, Count::All).unwrap();
}

#[test]
fn old_statements_work_while_it_is_on() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let mailbox = Household::new(conn, "ada").mailbox;
    let statements = [receipt(mailbox, "m", "Shop"), mail("m", "text")];
    let works = |conn: &mut PgConnection| {
        statements
            .each_ref()
            .map(|statement| execute(conn, statement).is_ok())
    };
    assert_eq!(works(conn), [false, false]);
    assert!(on(conn) && is_on(conn).unwrap());
    assert_eq!(works(conn), [true, true]);
    assert_eq!(works(conn), [true, true]);
    assert!(off(conn) && !is_on(conn).unwrap());
    assert_eq!(works(conn), [false, false]);
}

#[test]
fn switching_twice_changes_nothing() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    assert!(!off(conn));
    assert!(on(conn));
    assert!(!on(conn));
    assert!(off(conn));
    assert!(!off(conn));
}

#[test]
fn the_check_names_it_and_finds_no_drift() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    on(conn);
    let differences = check(conn).unwrap();
    assert_eq!(differences.len(), 7, "{differences:#?}");
    for difference in differences {
        assert!(!difference.is_drift, "{}", difference.message);
        assert!(
            difference.message.contains("side-by-side off"),
            "{}",
            difference.message
        );
        assert!(difference.mend.is_empty());
    }
    off(conn);
    assert_eq!(check(conn).unwrap(), []);
}

#[test]
fn something_else_under_the_same_name_is_drift() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    execute(
        conn,
        "CREATE UNIQUE INDEX gmail_receipts_side_by_side_key ON gmail_receipts (sender_email)",
    )
    .unwrap();
    assert!(
        check(conn)
            .unwrap()
            .iter()
            .any(|difference| difference.is_drift)
    );
}

#[test]
fn messages_in_two_mailboxes_are_named_and_nothing_is_done() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let home = Household::new(conn, "ada");
    let second = fixtures::mailbox(conn, home.user, "second@fixture.example");
    for mailbox in [home.mailbox, second] {
        fixtures::receipt(conn, mailbox, "shared");
        let mail = NewGmailEmailContent {
            connection_id: Some(mailbox),
            ..NewGmailEmailContent::new("shared")
        };
        mail.insert(conn).unwrap();
    }
    let shared = shared_messages(conn).unwrap();
    let tables: Vec<_> = shared
        .iter()
        .map(|message| message.table.as_str())
        .collect();
    assert_eq!(tables, ["gmail_email_content", "gmail_receipts"]);
    assert!(
        shared
            .iter()
            .all(|message| message.connection_ids == [home.mailbox, second])
    );

    let error = switch_on(conn, &Options::default())
        .unwrap_err()
        .to_string();
    let named = format!(
        "shared of gmail_receipts (mailboxes {}, {second})",
        home.mailbox
    );
    assert!(error.contains(&named), "{error}");
    assert!(!is_on(conn).unwrap());
    assert_eq!(check(conn).unwrap(), []);
}

#[test]
fn while_it_is_on_a_message_is_in_one_mailbox() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let home = Household::new(conn, "ada");
    let second = fixtures::mailbox(conn, home.user, "second@fixture.example");
    on(conn);
    let mut saved = |mailbox| {
        let received = at("2025-10-26T01:30:00Z");
        SyncedReceipt::new(mailbox, "m", "shop@example.com", received, 90).save(conn, EVERYONE)
    };
    saved(home.mailbox).unwrap();
    assert_conflict(saved(second), "gmail_receipts_side_by_side_key");

    let mut saved = |mailbox| {
        let mail = NewGmailEmailContent {
            connection_id: Some(mailbox),
            ..NewGmailEmailContent::new("m")
        };
        mail.save(conn, EVERYONE)
    };
    saved(home.mailbox).unwrap();
    assert_conflict(saved(second), "gmail_email_content_side_by_side_key");
}

#[test]
fn mails_of_old_code_get_the_mailbox_of_their_receipt_at_the_end() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let mailbox = Household::new(conn, "ada").mailbox;
    on(conn);
    for message in ["with a receipt", "without"] {
        execute(conn, &mail(message, "text")).unwrap();
    }
    execute(conn, &receipt(mailbox, "with a receipt", "Shop")).unwrap();
    off(conn);
    let stored = "SELECT format('%s: %s', message_id, connection_id) AS line
                  FROM gmail_email_content ORDER BY message_id";
    assert_eq!(
        lines(conn, stored),
        [format!("with a receipt: {mailbox}"), "without: ".to_owned()]
    );
}

#[test]
fn it_does_not_wait_for_ever() {
    let db = TestDatabase::new();
    let conn = &mut session(&db);
    let other = &mut session(&db);
    let options = Options {
        table_lock_timeout: Some(Duration::from_millis(50)),
        ..Options::default()
    };
    other
        .transaction(|other| {
            execute(
                other,
                "LOCK TABLE gmail_email_content IN ROW EXCLUSIVE MODE",
            )?;
            assert!(switch_on(conn, &options).is_err());
            assert!(!is_on(conn).unwrap());
            Ok::<_, Error>(())
        })
        .unwrap();
    assert!(switch_on(conn, &options).unwrap());
}
