//! Receipts.

use diesel::prelude::*;
use serde_json::{Value, json};
use spending_db::models::gmail::{GmailReceipt, KnownReceipt, SyncedReceipt};
use spending_db::operations::gmail::receipts::delete;
use spending_db::types::{EVERYONE, GmailConnectionId, GmailReceiptId, ReceiptParsingStatus};

use super::count;
use crate::old_functions::call;
use crate::support::TestDatabase;
use crate::support::fixtures::{mailbox, user};
use crate::support::rows::{assert_invalid, assert_reference, at, decimal};

fn receipt(mailbox: GmailConnectionId, message: &str) -> SyncedReceipt<'_> {
    SyncedReceipt::new(
        mailbox,
        message,
        "shop@example.com",
        at("2026-03-01T09:00:00Z"),
        90,
    )
}

fn find(conn: &mut PgConnection, id: GmailReceiptId) -> GmailReceipt {
    GmailReceipt::find(conn, EVERYONE, id).unwrap()
}

/// Two users with a mailbox each.
fn mailboxes(conn: &mut PgConnection) -> [GmailConnectionId; 2] {
    ["ada", "bob"].map(|name| {
        let user = user(conn, name);
        mailbox(conn, user, &format!("{name}@gmail.example"))
    })
}

#[test]
fn a_message_of_another_mailbox_is_another_receipt() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [ada, bob] = mailboxes(conn);
    let data = |merchant| {
        json!({"sender_email": "x", "received_at": "2026-03-01T09:00:00Z", "parse_confidence": 90,
               "merchant_name": merchant, "total_amount": "1.00"})
    };
    let arguments = |mailbox, merchant| json!({"connection_id": mailbox, "message_id": "m", "receipt_data": data(merchant)});
    let first = call(conn, "save_gmail_receipt", arguments(ada, "Mine")).unwrap();
    let second = call(conn, "save_gmail_receipt", arguments(bob, "Theirs")).unwrap();
    assert_ne!(first, second);

    let both =
        json!({"receipts": [[bob, "m", data("Still theirs")], [ada, "m", data("Still mine")]]});
    let answer = call(conn, "save_gmail_receipt_bulk", both).unwrap();
    assert_eq!(answer["receipt_ids"], json!([second, first]));
    let merchant = |conn: &mut PgConnection, id: &Value| {
        let id = GmailReceiptId(i32::try_from(id.as_i64().unwrap()).unwrap());
        find(conn, id).merchant_name.unwrap()
    };
    assert_eq!(merchant(conn, &first), "Still mine");
    assert_eq!(merchant(conn, &second), "Still theirs");
}

#[test]
fn amount_and_currency_are_written_together() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [ada, _] = mailboxes(conn);
    let (euros, pounds) = (decimal("10.005"), decimal("8.60"));
    let in_euros = SyncedReceipt {
        total_amount: Some(&euros),
        currency_code: Some("EUR"),
        llm_cost_cents: Some(3),
        subject: Some("Your order"),
        ..receipt(ada, "m")
    };
    let id = in_euros.save(conn, EVERYONE).unwrap();
    let in_pounds = SyncedReceipt {
        total_amount: Some(&pounds),
        subject: Some("A later subject"),
        ..receipt(ada, "m")
    };
    for save_all in [false, true] {
        assert_eq!(in_euros.save(conn, EVERYONE).unwrap(), id);
        let stored = find(conn, id);
        assert_eq!(stored.total_amount.as_ref(), Some(&euros));
        assert_eq!(stored.currency_code.as_deref(), Some("EUR"));
        if save_all {
            let saved = SyncedReceipt::save_all(conn, EVERYONE, &[in_pounds]).unwrap();
            assert_eq!((saved[0].id, saved[0].written), (id, true));
        } else {
            assert_eq!(in_pounds.save(conn, EVERYONE).unwrap(), id);
        }
        let stored = find(conn, id);
        assert_eq!(stored.total_amount.as_ref(), Some(&pounds));
        assert_eq!(stored.currency_code.as_deref(), Some("GBP"));
        assert_eq!(stored.subject.as_deref(), Some("Your order"));
        assert_eq!(stored.llm_cost_cents, Some(3));
    }
}

#[test]
fn a_deleted_receipt_stays_exactly_as_it_is() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [ada, bob] = mailboxes(conn);
    let id = receipt(ada, "m").save(conn, EVERYONE).unwrap();
    delete(conn, EVERYONE, id).unwrap();
    let deleted = find(conn, id);
    let again = SyncedReceipt {
        merchant_name: Some("Back again"),
        ..receipt(ada, "m")
    };
    assert_eq!(again.save(conn, EVERYONE).unwrap(), id);
    let saved = SyncedReceipt::save_all(conn, EVERYONE, &[again, receipt(ada, "new")]).unwrap();
    assert_eq!((saved[0].id, saved[0].written), (id, false));
    assert!(saved[1].written);
    assert_eq!(find(conn, id), deleted);

    let by_message = json!({"message_id": "m"});
    let answer = call(conn, "get_gmail_receipt_by_message_id", by_message).unwrap();
    assert_eq!(answer, Value::Null);
    let known = KnownReceipt::list(conn, EVERYONE, ada, &["m", "new", "unknown"]).unwrap();
    let known: Vec<_> = known
        .iter()
        .map(|known| (&*known.message_id, known.deleted_at.is_some()))
        .collect();
    assert_eq!(known, [("m", true), ("new", false)]);
    assert_eq!(KnownReceipt::list(conn, EVERYONE, bob, &["m"]).unwrap(), []);
}

#[test]
fn a_json_null_is_an_absence_and_a_parsing_error_is_kept() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [ada, _] = mailboxes(conn);
    let failed = json!({
        "sender_email": "", "received_at": "2026-03-01T09:00:00Z", "parse_confidence": 0, "line_items": null,
        "raw_schema_data": null, "parsing_status": "failed", "parsing_error": "no amount",
        "parse_method": "schema_org_pdf_fallback",
    });
    let single = json!({"connection_id": ada, "message_id": "single", "receipt_data": failed});
    call(conn, "save_gmail_receipt", single).unwrap();
    let bulk = json!({"receipts": [[ada, "bulk", failed]]});
    call(conn, "save_gmail_receipt_bulk", bulk).unwrap();
    SyncedReceipt {
        line_items: Some(&Value::Null),
        raw_schema_data: Some(&Value::Null),
        ..receipt(ada, "typed")
    }
    .save(conn, EVERYONE)
    .unwrap();
    let present = "line_items IS NOT NULL OR raw_schema_data IS NOT NULL";
    assert_eq!(count(conn, "gmail_receipts", present), 0);
    let kept = "parsing_error = 'no amount' AND parse_method = 'schema_org_pdf_fallback'";
    assert_eq!(count(conn, "gmail_receipts", kept), 2);
}

#[test]
fn of_repeats_in_a_batch_the_last_counts() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [ada, _] = mailboxes(conn);
    let messages: Vec<String> = (0..250).map(|n| format!("m{}", n % 240)).collect();
    let receipts: Vec<_> = messages
        .iter()
        .zip(0..)
        .map(|(message, place)| SyncedReceipt {
            llm_cost_cents: Some(place),
            ..receipt(ada, message)
        })
        .collect();
    let saved = SyncedReceipt::save_all(conn, EVERYONE, &receipts).unwrap();
    assert_eq!(saved.len(), 240);
    let ids: Vec<i32> = saved.iter().map(|receipt| receipt.id.0).collect();
    assert!(ids.is_sorted(), "ids go in the order of the messages");
    assert_eq!(saved[3].message_id, "m3");
    assert_eq!(find(conn, saved[3].id).llm_cost_cents, Some(243));
    assert_eq!(find(conn, saved[30].id).llm_cost_cents, Some(30));

    let data =
        json!({"sender_email": "x", "received_at": "2026-03-01T09:00:00Z", "parse_confidence": 1});
    let twice =
        json!({"receipts": [[ada, "twice", data], [ada, "once", data], [ada, "twice", data]]});
    let answer = call(conn, "save_gmail_receipt_bulk", twice).unwrap();
    assert_eq!(answer["inserted"], 2);
    assert_eq!(answer["receipt_ids"].as_array().unwrap().len(), 2);
    assert_eq!(answer["message_to_id"]["twice"], answer["receipt_ids"][0]);
}

#[test]
fn one_bad_receipt_refuses_all() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [ada, bob] = mailboxes(conn);
    let unsure = SyncedReceipt {
        parse_confidence: 101,
        ..receipt(ada, "b")
    };
    assert_invalid(
        SyncedReceipt::save_all(conn, EVERYONE, &[receipt(ada, "a"), unsure]),
        "gmail_receipts_parse_confidence_check",
    );
    let nowhere = receipt(GmailConnectionId(9_999), "b");
    assert_reference(
        SyncedReceipt::save_all(conn, EVERYONE, &[receipt(ada, "a"), nowhere]),
        "gmail_receipts_connection_id_fkey",
    );
    let owner = spending_db::models::gmail::GmailConnection::find(conn, EVERYONE, ada)
        .unwrap()
        .user_id;
    let foreign = [receipt(ada, "a"), receipt(bob, "b")];
    assert_reference(
        SyncedReceipt::save_all(conn, owner, &foreign),
        "gmail_connections_pkey",
    );
    assert_reference(foreign[1].save(conn, owner), "gmail_connections_pkey");
    assert_eq!(count(conn, "gmail_receipts", "true"), 0);
    foreign[0].save(conn, owner).unwrap();
    SyncedReceipt::save_all(conn, owner, &foreign[..1]).unwrap();
    assert_eq!(count(conn, "gmail_receipts", "true"), 1);
}

#[test]
fn equal_times_have_an_order() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [ada, _] = mailboxes(conn);
    for n in 0..7 {
        receipt(ada, &format!("m{n}")).save(conn, EVERYONE).unwrap();
    }
    let mut pages = Vec::new();
    for offset in [0, 3, 6] {
        let arguments = json!({"connection_id": ada, "limit": 3, "offset": offset});
        let page = call(conn, "get_gmail_receipts", arguments).unwrap();
        let ids = page.as_array().unwrap().iter();
        pages.extend(ids.map(|row| row["message_id"].as_str().unwrap().to_owned()));
    }
    let expected: Vec<String> = (0..7).rev().map(|n| format!("m{n}")).collect();
    assert_eq!(pages, expected);
    let unmatched = GmailReceipt::list_unmatched(conn, EVERYONE, None).unwrap();
    let unmatched: Vec<_> = unmatched.into_iter().map(|row| row.message_id).collect();
    assert_eq!(unmatched, expected);
    let status = Some(ReceiptParsingStatus::Failed);
    assert_eq!(
        GmailReceipt::list(conn, EVERYONE, ada, status, None, 0).unwrap(),
        []
    );
}

#[test]
fn signs_of_a_pattern_in_a_domain_stand_for_themselves() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let [ada, _] = mailboxes(conn);
    for domain in [
        "tide_tools.example",
        "tidextools.example",
        "50%off.example",
        r"back\slash.example",
    ] {
        SyncedReceipt {
            merchant_domain: Some(domain),
            ..receipt(ada, domain)
        }
        .save(conn, EVERYONE)
        .unwrap();
    }
    receipt(ada, "no domain").save(conn, EVERYONE).unwrap();
    let mut domains = |text: &str| {
        let arguments = json!({"domain": text});
        let rows = call(conn, "get_receipts_by_domain_with_content", arguments).unwrap();
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["merchant_domain"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(domains("tide_tools"), ["tide_tools.example"]);
    assert_eq!(domains("%"), ["50%off.example"]);
    assert_eq!(domains(r"\"), [r"back\slash.example"]);
    assert_eq!(domains("TIDE"), [""; 0]);
    assert_eq!(domains("").len(), 4);
}
