//! Stored mails.

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::models::gmail::{GmailConnection, GmailEmailContent, NewGmailEmailContent};
use spending_db::operations::gmail::receipts::ReceiptWithMail;
use spending_db::types::{EVERYONE, GmailConnectionId, UserId};

use super::count;
use crate::old_functions::call;
use crate::support::TestDatabase;
use crate::support::fixtures::{mailbox, receipt, user};
use crate::support::rows::{assert_invalid, assert_not_found, assert_reference};

fn mail<'a>(
    mailbox: GmailConnectionId,
    message: &'a str,
    text: &'a str,
) -> NewGmailEmailContent<'a> {
    NewGmailEmailContent {
        connection_id: Some(mailbox),
        body_text: Some(text),
        ..NewGmailEmailContent::new(message)
    }
}

fn text(conn: &mut PgConnection, owner: Option<UserId>, message: &str) -> Option<String> {
    GmailEmailContent::find_by_message_id(conn, owner, message)
        .unwrap()
        .and_then(|mail| mail.body_text)
}

#[test]
fn a_mail_belongs_to_its_mailbox() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (user(conn, "ada"), user(conn, "bob"));
    let hers = mailbox(conn, ada, "ada@gmail.example");
    let his = mailbox(conn, bob, "bob@gmail.example");
    let (her_receipt, his_receipt) = (receipt(conn, hers, "m"), receipt(conn, his, "m"));

    let unnamed = NewGmailEmailContent::new("m");
    assert_invalid(unnamed.save(conn, ada), "connection_id");
    assert_reference(
        mail(his, "m", "x").save(conn, ada),
        "gmail_connections_pkey",
    );
    assert_reference(
        NewGmailEmailContent::save_all(conn, ada, &[mail(hers, "m", "x"), mail(his, "m", "x")]),
        "gmail_connections_pkey",
    );
    let first = mail(hers, "m", "to her").save(conn, ada).unwrap();
    NewGmailEmailContent::save_all(conn, bob, &[mail(his, "m", "to him")]).unwrap();
    assert_eq!(text(conn, Some(ada), "m").as_deref(), Some("to her"));
    assert_eq!(text(conn, Some(bob), "m").as_deref(), Some("to him"));
    assert_not_found(GmailEmailContent::find(conn, bob, first));

    for (owner, receipt, expected) in [(ada, her_receipt, "to her"), (bob, his_receipt, "to him")] {
        let found = ReceiptWithMail::find(conn, owner, receipt).unwrap();
        assert_eq!(found.mail.unwrap().body_text.as_deref(), Some(expected));
    }
    assert_not_found(ReceiptWithMail::find(conn, bob, her_receipt));

    GmailConnection::delete(conn, ada, hers).unwrap();
    assert_eq!(count(conn, "gmail_email_content", "true"), 1);
}

#[test]
fn a_mail_without_a_mailbox_belongs_to_the_receipt_of_its_message() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, bob) = (user(conn, "ada"), user(conn, "bob"));
    let hers = mailbox(conn, ada, "ada@gmail.example");
    receipt(conn, hers, "m");
    let message = json!({"message": {"message_id": "m", "body_text": "old caller"}});
    call(conn, "save_gmail_email_content", message).unwrap();
    assert_eq!(text(conn, EVERYONE, "m").as_deref(), Some("old caller"));
    assert_eq!(text(conn, Some(ada), "m").as_deref(), Some("old caller"));
    assert_eq!(text(conn, Some(bob), "m"), None);
    mail(hers, "m", "named").save(conn, ada).unwrap();
    assert_eq!(text(conn, Some(ada), "m").as_deref(), Some("named"));
}

#[test]
fn a_body_loses_its_nul_characters_and_nothing_else() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let message = |id: &str| json!({"message_id": id, "body_html": "<p>a\u{0}b</p>", "body_text": "\u{0}é\u{0}"});
    call(
        conn,
        "save_gmail_email_content",
        json!({"message": message("single")}),
    )
    .unwrap();
    let bulk =
        json!({"messages": [message("bulk"), {"message_id": "clean", "body_text": "clean"}]});
    call(conn, "save_gmail_email_content_bulk", bulk).unwrap();
    for id in ["single", "bulk"] {
        let stored = call(conn, "get_gmail_email_content", json!({"message_id": id})).unwrap();
        assert_eq!(stored["body_html"], "<p>ab</p>");
        assert_eq!(stored["body_text"], "é");
    }
    assert_eq!(text(conn, EVERYONE, "clean").as_deref(), Some("clean"));
}

#[test]
fn a_batch_of_any_size_is_counted_whole() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let messages: Vec<Value> = (0..250)
        .map(|n| json!({"message_id": format!("m{}", n % 240), "body_text": n.to_string(), "subject": n.to_string()}))
        .collect();
    let arguments = json!({"messages": messages});
    for _ in 0..2 {
        let answer = call(conn, "save_gmail_email_content_bulk", &arguments).unwrap();
        assert_eq!(answer, json!({"inserted": 240, "failed": []}));
    }
    assert_eq!(count(conn, "gmail_email_content", "true"), 240);
    assert_eq!(text(conn, EVERYONE, "m3").as_deref(), Some("243"));
    assert_eq!(text(conn, EVERYONE, "m30").as_deref(), Some("30"));

    let bad = json!({"messages": [{"message_id": "good"}, {"message_id": null}]});
    let failure = call(conn, "save_gmail_email_content_bulk", bad).unwrap_err();
    assert_eq!(failure.data["argument"], "messages[1].message_id");
    assert_eq!(count(conn, "gmail_email_content", "message_id = 'good'"), 0);
}

#[test]
fn attachments_that_are_null_are_an_absence() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let messages =
        json!({"messages": [{"message_id": "null", "attachments": null}, {"message_id": "none"}]});
    call(conn, "save_gmail_email_content_bulk", messages).unwrap();
    let message = json!({"message": {"message_id": "single", "attachments": null}});
    call(conn, "save_gmail_email_content", message).unwrap();
    let absent = "attachments IS NULL AND message_id IN ('null', 'single')";
    assert_eq!(count(conn, "gmail_email_content", absent), 2);
    let empty = "attachments = '[]' AND message_id = 'none'";
    assert_eq!(count(conn, "gmail_email_content", empty), 1);
}

#[test]
fn a_mail_that_comes_again_keeps_its_headers() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let hers = mailbox(conn, ada, "ada@gmail.example");
    let first = NewGmailEmailContent {
        subject: Some("Your order"),
        body_html: Some("<p>order</p>"),
        ..mail(hers, "m", "order")
    };
    let again = NewGmailEmailContent {
        subject: Some("Another subject"),
        ..mail(hers, "m", "order, again")
    };
    let id = first.save(conn, ada).unwrap();
    for bulk in [false, true] {
        if bulk {
            assert_eq!(
                NewGmailEmailContent::save_all(conn, ada, &[again]).unwrap(),
                1
            );
        } else {
            assert_eq!(again.save(conn, ada).unwrap(), id);
        }
        let stored = GmailEmailContent::find(conn, ada, id).unwrap();
        assert_eq!(stored.subject.as_deref(), Some("Your order"));
        assert_eq!(stored.body_text.as_deref(), Some("order, again"));
        assert_eq!(stored.body_html, None);
    }
}
