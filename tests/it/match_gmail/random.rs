//! The matcher against the rules, pair by pair, on random receipts and payments.

use std::cell::{Cell, RefCell};

use bigdecimal::BigDecimal;
use diesel::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};

use super::{Home, run};
use crate::household::ask;
use crate::support::TestDatabase;

/// A receipt or a payment: pence, days after 1 May 2025, and the shop.
type Thing = (i64, i64, usize);

/// A shop on receipts and at the bank.
const SHOPS: [(Option<&str>, &str); 4] = [
    (
        Some("Tesco Stores Ltd"),
        "CARD PAYMENT TO TESCO STORES 2041",
    ),
    (Some("Crumb Bakery"), "CRUMB BAKERY (VIA APPLE PAY)"),
    (Some("Apple"), "APPLE.COM/BILL"),
    (None, "PINEAPPLE"),
];

fn things() -> impl Strategy<Value = Vec<Thing>> {
    let pence = prop_oneof![
        280_i64..330,
        497_i64..503,
        4_000_i64..4_004,
        3_930_i64..4_090
    ];
    prop::collection::vec((pence, 0_i64..26, 0..SHOPS.len()), 0..14)
}

fn pounds(pence: i64) -> String {
    BigDecimal::new(pence.into(), 2).to_plain_string()
}

/// The score of a pair as the rules describe it: before the cap, then what breaks ties.
fn score(receipt: Thing, payment: Thing) -> Option<(i64, i64, bool)> {
    let shop = receipt.2 == payment.2 && SHOPS[receipt.2].0.is_some();
    let apart = (receipt.0 - payment.0).abs();
    let exact = apart == 0 || shop && receipt.0 < 500 && apart < 50;
    let fuzzy = shop && apart * 50 <= receipt.0;
    let days = receipt.1 - payment.1;
    let confidence = match (exact, days.abs(), shop) {
        (_, 11.., _) => return None,
        (true, ..=2, true) => 100,
        (true, ..=4, true) => 95,
        (true, ..=4, false) => 85,
        (true, _, true) => 90,
        (true, _, false) => 75,
        (false, _, _) if fuzzy => 80,
        (false, _, _) => return None,
    };
    let early = if (-4..0).contains(&days) { 5 } else { 0 };
    Some((confidence + early, -days.abs(), shop))
}

/// Which receipt is matched to which payment, with the confidence.
fn expected(receipts: &[Thing], payments: &[Thing]) -> Vec<(usize, usize, i64)> {
    let mut matched = Vec::new();
    for (r, receipt) in receipts.iter().enumerate() {
        let scored = payments
            .iter()
            .enumerate()
            .filter_map(|(p, payment)| Some((score(*receipt, *payment)?, p)));
        // The first of equal ones.
        let best = scored.reduce(|best, next| if next.0 > best.0 { next } else { best });
        if let Some(((confidence, ..), p)) = best {
            matched.push((r, p, confidence.min(100)));
        }
    }
    matched
}

#[test]
fn random_mailboxes_are_matched_as_the_rules_say() {
    let db = TestDatabase::new();
    let conn = RefCell::new(db.conn());
    let mut runner = TestRunner::new(Cases {
        cases: 150,
        failure_persistence: None,
        ..Cases::default()
    });
    let matches = Cell::new(0);
    let outcome = runner.run(&(things(), things()), |(receipts, payments)| {
        let undone: QueryResult<()> = conn.borrow_mut().transaction(|conn| {
            let home = Home::new(conn, "ada");
            let receipt_ids: Vec<_> = receipts
                .iter()
                .map(|(pence, days, shop)| {
                    home.receive(conn, *days, &pounds(*pence), SHOPS[*shop].0)
                })
                .collect();
            let payment_ids: Vec<_> = payments
                .iter()
                .map(|(pence, days, shop)| home.pay(conn, *days, &pounds(*pence), SHOPS[*shop].1))
                .collect();
            let found = run(conn);
            let mut matched: Vec<(usize, usize, i64)> = found
                .matched
                .iter()
                .map(|found| {
                    let receipt = receipt_ids.iter().position(|id| *id == found.receipt_id);
                    let payment = payment_ids.iter().position(|id| *id == found.transaction_id);
                    (receipt.unwrap(), payment.unwrap(), found.confidence.into())
                })
                .collect();
            matched.sort_unstable();
            assert_eq!(matched, expected(&receipts, &payments));
            assert_eq!(found.unmatched.len(), receipts.len() - matched.len());
            assert!(run(conn).matched.is_empty());
            let one_primary = "SELECT count(*) FILTER (WHERE is_primary) = count(DISTINCT truelayer_transaction_id)
                               FROM transaction_enrichment_sources";
            assert_eq!(ask(conn, one_primary), "true");
            matches.set(matches.get() + matched.len());
            Err(diesel::result::Error::RollbackTransaction)
        });
        undone.unwrap_err();
        Ok(())
    });
    outcome.unwrap();
    assert!(
        matches.get() > 200,
        "the mailboxes are too poor: {} matches",
        matches.get()
    );
}
