//! Figures of a user's receipts.

use diesel::prelude::*;
use serde_json::json;
use spending_db::models::gmail::{GmailReceipt, GmailReceiptChanges};
use spending_db::operations::gmail::receipts::delete;
use spending_db::operations::gmail::statistics::receipts;
use spending_db::types::{EVERYONE, GmailReceiptId, ReceiptParsingStatus};

use super::match_up;
use crate::old_functions::call;
use crate::support::TestDatabase;
use crate::support::fixtures::{Household, receipt};
use crate::support::rows::day;

fn cost(conn: &mut PgConnection, receipt: GmailReceiptId, cents: i32, date: &str) {
    let changes = GmailReceiptChanges {
        llm_cost_cents: Some(Some(cents)),
        receipt_date: Some(Some(day(date))),
        parsing_status: Some(Some(ReceiptParsingStatus::Parsed)),
        ..GmailReceiptChanges::default()
    };
    GmailReceipt::update(conn, EVERYONE, receipt, &changes).unwrap();
}

#[test]
fn a_receipt_with_two_matches_costs_once() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    cost(conn, home.receipt, 10, "2026-03-01");
    match_up(conn, home.payment, home.receipt, 90);
    match_up(conn, home.refund, home.receipt, 90);
    let figures = receipts(conn, home.user).unwrap();
    assert_eq!(figures.total_llm_cost_cents, 10);
    assert_eq!((figures.matched_receipts, figures.parsed_receipts), (1, 1));
}

#[test]
fn deleted_receipts_count_for_nothing_but_their_cost() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    let gone = receipt(conn, home.mailbox, "gone");
    cost(conn, home.receipt, 10, "2026-03-01");
    cost(conn, gone, 5, "2020-01-01");
    match_up(conn, home.payment, gone, 90);
    delete(conn, home.user, gone).unwrap();
    let figures = receipts(conn, home.user).unwrap();
    assert_eq!((figures.total_receipts, figures.matched_receipts), (1, 0));
    assert_eq!(figures.min_receipt_date, Some(day("2026-03-01")));
    assert_eq!(figures.max_receipt_date, Some(day("2026-03-01")));
    assert_eq!(figures.total_llm_cost_cents, 15);
}

#[test]
fn no_cost_is_zero() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Household::new(conn, "ada");
    for user in [json!(home.user), json!(9_999)] {
        let figures = call(conn, "get_gmail_statistics", json!({"user_id": user})).unwrap();
        assert_eq!(figures["total_llm_cost_cents"], 0);
    }
}
