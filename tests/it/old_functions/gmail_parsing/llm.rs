//! What the language model is to parse, and what came of it.

use diesel::PgConnection;
use serde_json::{Value, json};
use spending_db::models::gmail::{
    GmailReceipt, LlmCosts, LlmFindings, LlmQueueEntry, LlmQueueSummary, LlmStep, ReceiptFindings,
    ReceiptForLlm,
};
use spending_db::types::{
    EVERYONE, GmailConnectionId, GmailReceiptId, LlmParseStatus, ReceiptParsingStatus, UserId,
};

use super::{call, received, refused, refused_by_database, row};
use crate::support::fixtures::{Household, mailbox, user};
use crate::support::rows::{assert_not_found, at, decimal};
use crate::support::threads::at_once;
use crate::support::{TestDatabase, execute};

/// A receipt that no parser could read.
fn unparseable(conn: &mut PgConnection, inbox: GmailConnectionId, message: &str) -> GmailReceiptId {
    let id = received(
        conn,
        inbox,
        message,
        "2026-01-01T00:00:00Z",
        "a@shop.example",
    );
    execute(
        conn,
        &format!("UPDATE gmail_receipts SET parsing_status = 'unparseable' WHERE id = {id}"),
    );
    id
}

#[test]
fn the_queue_of_a_user_has_no_mail_of_others() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (user(conn, "ada"), user(conn, "ben"));
    let mine = mailbox(conn, ada, "ada@example.com");
    let theirs = mailbox(conn, ben, "ben@example.com");
    let ids = ["1", "2", "3"].map(|message| unparseable(conn, mine, message));
    let other = unparseable(conn, theirs, "4");
    let listed = |conn: &mut PgConnection, owner: Option<UserId>, mailbox, limit| -> Vec<_> {
        let entries = LlmQueueEntry::list(conn, owner, mailbox, limit).unwrap();
        entries.iter().map(|entry| entry.id).collect()
    };
    let newest = [ids[2], ids[1], ids[0]];
    assert_eq!(listed(conn, Some(ada), None, None), newest, "equal times");
    assert_eq!(listed(conn, Some(ada), Some(mine), Some(2)), newest[..2]);
    assert_eq!(listed(conn, Some(ada), Some(theirs), None), []);
    assert_eq!(listed(conn, EVERYONE, None, None).len(), 4);
    assert_eq!(listed(conn, EVERYONE, Some(theirs), None), [other]);
    let all = json!({"connection_id": 0});
    let all = call(conn, "get_unparseable_receipts_for_llm_queue", all).unwrap();
    assert_eq!(all.as_array().unwrap().len(), 4, "0 is no mailbox");
}

#[test]
fn a_snippet_is_a_text_or_json() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let ada = user(conn, "ada");
    let inbox = mailbox(conn, ada, "ada@example.com");
    let markups = [
        (r#"{"snippet": "a \"b\""}"#, Some("a \"b\"")),
        (r#"{"snippet": [1, null]}"#, Some("[1, null]")),
        (r#"{"snippet": null}"#, None),
        (r#"["snippet"]"#, None),
        ("null", None),
    ];
    for (number, (markup, snippet)) in markups.into_iter().enumerate() {
        let id = unparseable(conn, inbox, &number.to_string());
        execute(
            conn,
            &format!("UPDATE gmail_receipts SET raw_schema_data = '{markup}' WHERE id = {id}"),
        );
        let entry = LlmQueueEntry::list(conn, ada, None, Some(1))
            .unwrap()
            .remove(0);
        assert_eq!((entry.id, entry.snippet.as_deref()), (id, snippet));
    }
}

#[test]
fn the_summary_of_one_mailbox_or_user_counts_only_theirs() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (ada, ben) = (user(conn, "ada"), user(conn, "ben"));
    let mine = mailbox(conn, ada, "ada@example.com");
    let other = mailbox(conn, ada, "old@example.com");
    let theirs = mailbox(conn, ben, "ben@example.com");
    for (inbox, message, step) in [
        (mine, "1", LlmStep::Pending),
        (mine, "2", LlmStep::Completed(None)),
        (other, "3", LlmStep::Failed),
        (theirs, "4", LlmStep::Processing),
    ] {
        let id = unparseable(conn, inbox, message);
        let costs = LlmCosts {
            estimated_cents: Some(3),
            actual_cents: Some(2),
        };
        GmailReceipt::advance_llm(conn, EVERYONE, id, step, costs).unwrap();
    }
    unparseable(conn, mine, "5");
    let summary = LlmQueueSummary::read(conn, ada, Some(mine)).unwrap();
    let expected = LlmQueueSummary {
        total: 3,
        available: 1,
        pending: 1,
        completed: 1,
        estimated_cost_cents: 6,
        actual_cost_cents: 4,
        ..LlmQueueSummary::default()
    };
    assert_eq!(summary, expected);
    let old = call(
        conn,
        "get_llm_queue_summary",
        json!({"connection_id": mine}),
    )
    .unwrap();
    assert_eq!(
        old,
        json!({"total_count": 3, "available_count": 1, "pending_count": 1, "processing_count": 0, "completed_count": 1,
               "failed_count": 0, "total_estimated_cost_cents": 6, "total_actual_cost_cents": 4})
    );
    assert_eq!(LlmQueueSummary::read(conn, ada, None).unwrap().failed, 1);
    assert_eq!(LlmQueueSummary::read(conn, ada, None).unwrap().total, 4);
    let nothing = LlmQueueSummary::read(conn, ada, Some(theirs)).unwrap();
    assert_eq!(nothing, LlmQueueSummary::default());
    assert_eq!(
        LlmQueueSummary::read(conn, EVERYONE, None).unwrap().total,
        5
    );
}

fn completed(receipt: GmailReceiptId, data: Value) -> Value {
    json!({"receipt_id": receipt, "status": "completed", "parsed_data": data})
}

#[test]
fn a_free_order_costs_nothing_and_nulls_get_the_defaults() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let amount = decimal("9.99");
    let before = ReceiptFindings {
        total_amount: Some(&amount),
        ..ReceiptFindings::default()
    };
    GmailReceipt::merge_pdf(conn, home.user, home.receipt, &before).unwrap();
    execute(
        conn,
        "UPDATE gmail_receipts SET updated_at = '2020-01-01T00:00Z'",
    );
    let data = json!({"total_amount": 0, "parse_method": null, "parse_confidence": null, "merchant_name_normalized": "x"});
    let arguments = completed(home.receipt, data);
    assert_eq!(
        call(conn, "update_receipt_llm_status", arguments).unwrap(),
        json!(true)
    );
    let receipt = GmailReceipt::find(conn, home.user, home.receipt).unwrap();
    assert_eq!(receipt.total_amount, Some(decimal("0")));
    assert_eq!(receipt.parse_method.as_deref(), Some("llm"));
    assert_eq!(receipt.parse_confidence, 70);
    assert_eq!(receipt.merchant_name_normalized.as_deref(), Some("x"));
    assert_eq!(receipt.parsing_status, Some(ReceiptParsingStatus::Parsed));
    assert_eq!(receipt.llm_parsed_at, Some(receipt.updated_at));
    assert!(receipt.updated_at > at("2026-01-01T00:00:00Z"));
}

#[test]
fn what_was_found_counts_only_on_completion() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for status in ["pending", "processing", "failed"] {
        let arguments = json!({"receipt_id": home.receipt, "status": status, "parsed_data": {"total_amount": "unknown"}});
        assert_eq!(
            call(conn, "update_receipt_llm_status", arguments).unwrap(),
            json!(true)
        );
        let receipt = GmailReceipt::find(conn, home.user, home.receipt).unwrap();
        assert_eq!(receipt.llm_parse_status.unwrap().as_str(), status);
        assert_eq!(receipt.total_amount, None);
        assert_eq!(receipt.llm_parsed_at, None);
    }
    let before = row(conn, "gmail_receipts", home.receipt);
    for (member, value) in [
        ("total_amount", json!("NaN")),
        ("receipt_date", json!("soon")),
    ] {
        let arguments = completed(home.receipt, json!({member: value}));
        assert_eq!(
            refused(conn, "update_receipt_llm_status", arguments),
            json!(format!("parsed_data.{member}"))
        );
    }
    let arguments = completed(
        home.receipt,
        json!({"total_amount": 1, "parse_confidence": -1}),
    );
    assert_eq!(
        refused_by_database(conn, "update_receipt_llm_status", arguments),
        "gmail_receipts_parse_confidence_check"
    );
    assert_eq!(row(conn, "gmail_receipts", home.receipt), before);
}

#[test]
fn a_receipt_that_counts_as_deleted_is_not_sent() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let receipt = ReceiptForLlm::find(conn, home.user, home.receipt).unwrap();
    assert_eq!(receipt.email_address, "ada-mail@fixture.example");
    execute(conn, "UPDATE gmail_receipts SET deleted_at = now()");
    assert_not_found(ReceiptForLlm::find(conn, home.user, home.receipt));
    let old = json!({"receipt_id": home.receipt});
    assert_eq!(
        call(conn, "get_receipt_for_llm_processing", old).unwrap(),
        Value::Null
    );
    let claimed = GmailReceipt::claim_for_llm(conn, home.user, home.receipt, None).unwrap();
    assert_eq!(claimed, None);
}

#[test]
fn of_workers_that_claim_at_once_one_may_spend_money() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for round in 0..30 {
        let free = [LlmStep::Pending, LlmStep::Failed][round % 2];
        let costs = LlmCosts::default();
        GmailReceipt::advance_llm(conn, home.user, home.receipt, free, costs).unwrap();
        let claimed = at_once(&db, 4, |conn, thread| {
            let cents = i32::try_from(thread).unwrap();
            GmailReceipt::claim_for_llm(conn, home.user, home.receipt, Some(cents)).unwrap()
        });
        let winners: Vec<_> = claimed.into_iter().flatten().collect();
        assert_eq!(winners.len(), 1);
        let receipt = GmailReceipt::find(conn, home.user, home.receipt).unwrap();
        assert_eq!(winners, std::slice::from_ref(&receipt));
        assert_eq!(receipt.llm_parse_status, Some(LlmParseStatus::Processing));
    }
}

#[test]
fn findings_at_once_are_one_of_them_as_a_whole() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for _ in 0..25 {
        at_once(&db, 4, |conn, thread| {
            let (name, amount) = (format!("shop {thread}"), decimal(&thread.to_string()));
            let findings = LlmFindings {
                receipt: ReceiptFindings {
                    merchant_name: Some(&name),
                    total_amount: Some(&amount),
                    ..ReceiptFindings::default()
                },
                merchant_name_normalized: Some(&name),
            };
            let step = LlmStep::Completed(Some(findings));
            let costs = LlmCosts {
                actual_cents: Some(i32::try_from(thread).unwrap()),
                ..LlmCosts::default()
            };
            GmailReceipt::advance_llm(conn, home.user, home.receipt, step, costs).unwrap()
        });
        let receipt = GmailReceipt::find(conn, home.user, home.receipt).unwrap();
        let cents = receipt.llm_actual_cost_cents.unwrap();
        let name = format!("shop {cents}");
        assert_eq!(receipt.merchant_name.as_deref(), Some(&*name));
        assert_eq!(receipt.merchant_name_normalized.as_deref(), Some(&*name));
        assert_eq!(receipt.total_amount, Some(decimal(&cents.to_string())));
    }
}
