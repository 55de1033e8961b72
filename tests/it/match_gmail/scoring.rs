//! Which payment a receipt is matched to, and how surely.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use spending_db::models::gmail::GmailReceiptChanges;
use spending_db::operations::gmail::aliases::seed_aliases;
use spending_db::operations::matching::gmail::matches_for_receipt;
use spending_db::types::{EVERYONE, ReceiptParsingStatus};

use super::{Home, alias, change, pairs, run};
use crate::household::ask;
use crate::support::TestDatabase;
use crate::support::rows::{assert_not_found, at};
use crate::support::threads::at_once;

/// What a receipt over 40.00 of the shop Garden Depot, ten days into May, is matched to: a payment so many days later.
fn outcome(conn: &mut PgConnection, later: i64, amount: &str, text: &str) -> Option<(i32, String)> {
    let mut outcome = None;
    let undone: QueryResult<()> = conn.transaction(|conn| {
        let home = Home::new(conn, "ada");
        home.receive(conn, 10, "40.00", Some("Garden Depot Ltd"));
        home.pay(conn, 10 + later, amount, text);
        let found = run(conn).matched.pop();
        outcome = found.map(|found| (found.confidence, found.match_method));
        Err(diesel::result::Error::RollbackTransaction)
    });
    undone.unwrap_err();
    outcome
}

#[test]
fn each_rule_gives_its_score_up_to_its_limits() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (fits, other) = ("CARD PAYMENT TO GARDEN DEPOT LEEDS", "SOMETHING ELSE");
    for (later, amount, text, confidence, method) in [
        (0, "40.00", fits, 100, "exact_amount_date_merchant"),
        (-2, "40.00", fits, 100, "exact_amount_date_merchant"),
        (-3, "40.00", fits, 95, "exact_amount_close_date_merchant"),
        (-4, "40.00", fits, 95, "exact_amount_close_date_merchant"),
        (-5, "40.00", fits, 90, "exact_amount_wide_date_merchant"),
        (-10, "40.00", fits, 90, "exact_amount_wide_date_merchant"),
        (10, "40.00", fits, 90, "exact_amount_wide_date_merchant"),
        (5, "40.00", fits, 90, "exact_amount_wide_date_merchant"),
        (
            1,
            "40.00",
            fits,
            100,
            "exact_amount_date_merchant_early_receipt",
        ),
        (
            4,
            "40.00",
            fits,
            100,
            "exact_amount_close_date_merchant_early_receipt",
        ),
        (0, "40.00", other, 85, "exact_amount_close_date"),
        (-4, "40.009", other, 85, "exact_amount_close_date"),
        (
            4,
            "40.00",
            other,
            90,
            "exact_amount_close_date_early_receipt",
        ),
        (-5, "40.00", other, 75, "exact_amount_wide_date"),
        (10, "40.00", other, 75, "exact_amount_wide_date"),
        (0, "40.01", fits, 80, "fuzzy_amount_wide_date_merchant"),
        (-10, "40.80", fits, 80, "fuzzy_amount_wide_date_merchant"),
        (-10, "39.20", fits, 80, "fuzzy_amount_wide_date_merchant"),
        (
            1,
            "39.20",
            fits,
            85,
            "fuzzy_amount_wide_date_merchant_early_receipt",
        ),
    ] {
        let expected = Some((confidence, method.to_owned()));
        assert_eq!(
            outcome(conn, later, amount, text),
            expected,
            "{later} {amount} {text}"
        );
    }
    for (later, amount, text) in [
        (11, "40.00", fits),
        (-11, "40.00", fits),
        (0, "40.81", fits),
        (0, "39.19", fits),
        (0, "40.01", other),
        (0, "39.99", other),
    ] {
        assert_eq!(
            outcome(conn, later, amount, text),
            None,
            "{later} {amount} {text}"
        );
    }
}

// D21, D13
#[test]
fn a_bakery_paid_by_apple_pay_does_not_get_the_subscription() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    let receipt = home.receive(conn, 0, "2.99", Some("Apple"));
    let text = "CRUMB BAKERY (VIA APPLE PAY), ON 01-05-2025";
    let bakery = home.pay_at(conn, 0, "2.99", text, Some("CRUMB BAKERY (VIA APPLE PAY)"));
    let pineapple = home.pay(conn, 0, "2.99", "PINEAPPLE JUICES");
    let subscription = home.pay(conn, -2, "2.99", "APPLE.COM/BILL (VIA APPLE PAY)");
    let all = matches_for_receipt(conn, home.user, receipt).unwrap();
    assert_eq!(
        pairs(&all),
        [
            (receipt, subscription, 100, "exact_amount_date_merchant"),
            (receipt, bakery, 85, "exact_amount_close_date"),
            (receipt, pineapple, 85, "exact_amount_close_date"),
        ]
    );
    assert_eq!(pairs(&run(conn).matched), pairs(&all[..1]));
}

// D21
#[test]
fn small_receipts_match_exactly_unless_the_shop_fits() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    let other = home.receive(conn, 0, "2.99", Some("Kiosk"));
    let coffee = home.receive(conn, 0, "4.99", Some("Crumb"));
    let dear = home.receive(conn, 0, "5.00", Some("Crumb"));
    home.pay(conn, 0, "3.10", "SOMETHING ELSE");
    let paid = home.pay(conn, 0, "5.48", "CRUMB BAKERY");
    let found = run(conn);
    assert_eq!(
        pairs(&found.matched),
        [(coffee, paid, 100, "exact_amount_date_merchant")]
    );
    assert_eq!(found.unmatched, [other, dear]);
}

// D21
#[test]
fn ties_go_by_the_uncapped_score_then_days_then_shop_then_id() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    let early = home.receive(conn, 10, "10.00", Some("Tesco"));
    home.pay(conn, 10, "10.00", "TESCO");
    let later = home.pay(conn, 11, "10.00", "TESCO");
    let closer = home.receive(conn, 10, "11.00", Some("Tesco"));
    home.pay(conn, 12, "11.00", "TESCO");
    let next = home.pay(conn, 11, "11.00", "TESCO");
    let first = home.receive(conn, 10, "12.00", Some("Tesco"));
    let lowest = home.pay(conn, 10, "12.00", "TESCO");
    home.pay(conn, 10, "12.00", "TESCO");
    // 100 after the cap for both, 100 before it too: fewer days.
    let same = home.receive(conn, 10, "13.00", Some("Tesco"));
    home.pay(conn, 13, "13.00", "TESCO");
    let same_day = home.pay(conn, 10, "13.00", "TESCO");
    let found = run(conn);
    let chosen: Vec<_> = found
        .matched
        .iter()
        .map(|found| (found.receipt_id, found.transaction_id, found.total_matches))
        .collect();
    assert_eq!(
        chosen,
        [
            (early, later, 2),
            (closer, next, 2),
            (first, lowest, 2),
            (same, same_day, 2)
        ]
    );
}

#[test]
fn aliases_with_dots_and_asterisks_fit() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    let seeded = at_once(&db, 4, |conn, _| seed_aliases(conn).unwrap());
    assert_eq!(seeded.iter().sum::<usize>(), 18);
    assert_eq!(seed_aliases(conn).unwrap(), 0);
    alias(conn, "SQ *CRUMB.CO", "Crumb Bakery", "crumb");
    let texts = [
        ("Amazon", "AMZN*MK4T2"),
        ("Amazon Marketplace", "AMZNMKTP UK*6Q22J0R25 AMZN MKTP"),
        ("uber", "UBER* TRIP HELP.UBER.COM"),
        ("Jet2", "JET2.COM LEEDS"),
        ("Crumb Bakery", "SQ *CRUMB.CO LEEDS"),
        ("crumb", "SQ *CRUMB.CO LEEDS"),
    ];
    let expected: Vec<_> = texts
        .into_iter()
        .zip(20_i64..)
        .map(|((name, text), amount)| {
            let amount = amount.to_string();
            let receipt = home.receive(conn, 0, &amount, Some(name));
            (receipt, home.pay(conn, 0, &amount, text), 100)
        })
        .collect();
    conn.batch_execute(
        "UPDATE gmail_merchant_aliases SET is_active = false WHERE bank_name = 'DELIVEROO'",
    )
    .unwrap();
    alias(conn, "ROOFOODS", "Deliveroo", "deliveroo");
    conn.batch_execute(
        "UPDATE gmail_merchant_aliases SET is_active = false WHERE bank_name = 'ROOFOODS'",
    )
    .unwrap();
    let off = home.receive(conn, 0, "50", Some("Deliveroo"));
    let roofoods = home.pay(conn, 0, "50", "ROOFOODS LONDON");
    let found = run(conn);
    let found: Vec<_> = found
        .matched
        .iter()
        .map(|found| (found.receipt_id, found.transaction_id, found.confidence))
        .collect();
    let (switched_off, fitting) = found.split_last().unwrap();
    assert_eq!(fitting, expected);
    assert_eq!(*switched_off, (off, roofoods, 85));
}

#[test]
fn a_conversion_that_the_bank_states_is_compared_and_kept() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    let euros = GmailReceiptChanges {
        currency_code: Some(Some("EUR")),
        ..GmailReceiptChanges::default()
    };
    let hotel = home.receive(conn, 0, "123.45", Some("Hotel Sol"));
    let plain = home.receive(conn, 1, "105.20", Some("Hotel Sol"));
    change(conn, hotel, &euros);
    change(conn, plain, &euros);
    // Pounds alone do not pay euros, and euros that a text states are no pounds.
    let pounds = home.receive(conn, 2, "123.45", None);
    let text = "HOTEL SOL MADRID,123.45 EUR, RATE 1.1734567/GBP ON 01-05-2025";
    let paid = home.pay(conn, 0, "105.20", text);
    let found = run(conn);
    assert_eq!(
        pairs(&found.matched),
        [(hotel, paid, 100, "exact_amount_date_merchant")]
    );
    assert_eq!(found.unmatched, [plain, pounds]);
    assert_eq!(
        ask(
            conn,
            "SELECT currency_converted || ' ' || conversion_rate FROM gmail_transaction_matches"
        ),
        "true 1.173457"
    );

    let dong = GmailReceiptChanges {
        currency_code: Some(Some("VND")),
        ..GmailReceiptChanges::default()
    };
    let far = home.receive(conn, 0, "900000", None);
    change(conn, far, &dong);
    home.pay(conn, 0, "28.12", "CAFE,900,000.00 VND, RATE 32000.5/GBP");
    assert_eq!(run(conn).matched[0].receipt_id, far);
    assert_eq!(
        ask(
            conn,
            &format!(
                "SELECT currency_converted || ' ' || coalesce(conversion_rate::text, 'none') FROM gmail_transaction_matches WHERE gmail_receipt_id = {far}"
            )
        ),
        "true none"
    );
}

#[test]
fn without_a_date_the_day_counts_on_which_the_mail_came_in_utc() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    let receipt = home.receive(conn, 0, "10.00", None);
    let changes = GmailReceiptChanges {
        receipt_date: Some(None),
        received_at: Some(at("2025-05-12T00:30:00+01:00")),
        ..GmailReceiptChanges::default()
    };
    change(conn, receipt, &changes);
    // 11 May in UTC.
    let paid = home.pay(conn, 0, "10.00", "X");
    assert_eq!(
        pairs(&run(conn).matched),
        [(receipt, paid, 75, "exact_amount_wide_date")]
    );
}

#[test]
fn what_is_no_purchase_is_not_matched() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let home = Home::new(conn, "ada");
    let zero = home.receive(conn, 0, "0", None);
    let refund = home.receive(conn, 0, "-5.00", None);
    let none = home.receive(conn, 0, "6.00", None);
    let pending = home.receive(conn, 0, "7.00", None);
    let deleted = home.receive(conn, 0, "8.00", None);
    let credited = home.receive(conn, 0, "9.00", None);
    change(
        conn,
        none,
        &GmailReceiptChanges {
            total_amount: Some(None),
            ..Default::default()
        },
    );
    change(
        conn,
        pending,
        &GmailReceiptChanges {
            parsing_status: Some(Some(ReceiptParsingStatus::Pending)),
            ..Default::default()
        },
    );
    change(
        conn,
        deleted,
        &GmailReceiptChanges {
            deleted_at: Some(Some(at("2025-05-02T00:00:00Z"))),
            ..Default::default()
        },
    );
    for amount in ["0", "6.00", "7.00", "8.00"] {
        home.pay(conn, 0, amount, "X");
    }
    let credit = home.pay(conn, 0, "9.00", "X");
    conn.batch_execute(&format!(
        "UPDATE truelayer_transactions SET transaction_type = 'CREDIT' WHERE id = {credit}"
    ))
    .unwrap();
    let found = run(conn);
    assert_eq!(found.matched, []);
    assert_eq!(found.unmatched, [zero, refund, none, credited]);
    for hidden in [pending, deleted] {
        assert_not_found(matches_for_receipt(conn, EVERYONE, hidden));
    }
    assert_eq!(matches_for_receipt(conn, home.user, none).unwrap(), []);
}

#[test]
fn the_ten_best_payments_of_one_receipt_are_shown_and_nothing_is_stored() {
    let db = TestDatabase::new();
    let conn = &mut db.conn();
    let (home, other) = (Home::new(conn, "ada"), Home::new(conn, "bob"));
    let receipt = home.receive(conn, 10, "10.00", None);
    other.pay(conn, 10, "10.00", "X");
    let payments: Vec<_> = (0..12)
        .map(|days| home.pay(conn, days, "10.00", "X"))
        .collect();
    let best = matches_for_receipt(conn, home.user, receipt).unwrap();
    assert_eq!(best.len(), 10);
    assert!(best.iter().all(|found| found.total_matches == 12));
    assert_eq!(best[0].transaction_id, payments[11]);
    assert_not_found(matches_for_receipt(conn, other.user, receipt));
    assert_eq!(
        ask(conn, "SELECT count(*) FROM gmail_transaction_matches"),
        "0"
    );
}
