//! The matcher against the rules, pair by pair, on random payments and orders.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use bigdecimal::BigDecimal;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use diesel::prelude::*;
use proptest::prelude::*;
use proptest::test_runner::{Config as Cases, TestRunner};
use spending_db::operations::matching::amazon::match_amazon;
use spending_db::schema::{
    amazon_orders, bank_connections, truelayer_accounts, truelayer_transactions, users,
};

use crate::household::{Household, ask};

/// A payment or an order: hundredths of a pound, tenths of a penny on top, hours since 1 May 2025, and whether in euros.
type Thing = (i64, i64, i64, bool);

fn things() -> impl Strategy<Value = Vec<Thing>> {
    prop::collection::vec(
        (99_i64..103, 0_i64..2, 0_i64..240, prop::bool::weighted(0.2)),
        0..14,
    )
}

fn amount((hundredths, tenths, ..): &Thing) -> BigDecimal {
    BigDecimal::new((hundredths * 10 + tenths * 5).into(), 3)
}

fn instant((_, _, hours, _): &Thing) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2025-05-01T00:00:00Z")
        .unwrap()
        .to_utc()
        + Duration::hours(*hours)
}

fn currency((.., euros): &Thing) -> &'static str {
    if *euros { "EUR" } else { "GBP" }
}

/// The assignment as the rules describe it, pair by pair: which payment takes which order, with its confidence.
fn expected(payments: &[Thing], orders: &[Thing]) -> Vec<(usize, usize, i32)> {
    let day = |thing: &Thing| -> NaiveDate { instant(thing).date_naive() };
    let mut pairs = Vec::new();
    for (p, payment) in payments.iter().enumerate() {
        for (o, order) in orders.iter().enumerate() {
            let apart = (day(payment) - day(order)).num_days().abs();
            let close = (amount(payment) - amount(order)).abs() <= BigDecimal::new(1.into(), 2);
            if currency(payment) == currency(order) && close && apart <= 3 {
                let confidence = [100, 95, 85, 75][usize::try_from(apart).unwrap()];
                pairs.push((-confidence, apart, day(payment), p, o));
            }
        }
    }
    pairs.sort();
    let (mut payments, mut orders) = (HashSet::new(), HashSet::new());
    let mut assigned = Vec::new();
    for (confidence, _, _, p, o) in pairs {
        if !payments.contains(&p) && !orders.contains(&o) {
            payments.insert(p);
            orders.insert(o);
            assigned.push((p, o, -confidence));
        }
    }
    assigned.sort_unstable();
    assigned
}

/// Stores payments and orders, in this order, for one user.
fn store(conn: &mut PgConnection, payments: &[Thing], orders: &[Thing]) {
    let user: i32 = diesel::insert_into(users::table)
        .values(users::email.eq("random@example.org"))
        .returning(users::id)
        .get_result(conn)
        .unwrap();
    let connection: i32 = diesel::insert_into(bank_connections::table)
        .values((
            bank_connections::user_id.eq(user),
            bank_connections::provider_id.eq("bank"),
            bank_connections::provider_name.eq("Bank"),
        ))
        .returning(bank_connections::id)
        .get_result(conn)
        .unwrap();
    let account: i32 = diesel::insert_into(truelayer_accounts::table)
        .values((
            truelayer_accounts::connection_id.eq(connection),
            truelayer_accounts::account_id.eq("a"),
            truelayer_accounts::account_type.eq("TRANSACTION"),
            truelayer_accounts::display_name.eq("A"),
            truelayer_accounts::currency.eq("GBP"),
        ))
        .returning(truelayer_accounts::id)
        .get_result(conn)
        .unwrap();
    let payments: Vec<_> = payments
        .iter()
        .enumerate()
        .map(|(place, payment)| {
            (
                truelayer_transactions::account_id.eq(account),
                truelayer_transactions::transaction_id.eq(place.to_string()),
                truelayer_transactions::normalised_provider_transaction_id.eq(place.to_string()),
                truelayer_transactions::timestamp.eq(instant(payment)),
                truelayer_transactions::description.eq("AMAZON"),
                truelayer_transactions::amount.eq(amount(payment)),
                truelayer_transactions::currency.eq(currency(payment)),
                truelayer_transactions::transaction_type.eq("DEBIT"),
            )
        })
        .collect();
    diesel::insert_into(truelayer_transactions::table)
        .values(payments)
        .execute(conn)
        .unwrap();
    let orders: Vec<_> = orders
        .iter()
        .enumerate()
        .map(|(place, order)| {
            (
                amazon_orders::order_id.eq(place.to_string()),
                amazon_orders::order_date.eq(instant(order).date_naive()),
                amazon_orders::website.eq("Amazon.co.uk"),
                amazon_orders::currency.eq(currency(order)),
                amazon_orders::total_owed.eq(amount(order)),
                amazon_orders::product_names.eq("Cup"),
            )
        })
        .collect();
    diesel::insert_into(amazon_orders::table)
        .values(orders)
        .execute(conn)
        .unwrap();
}

#[test]
fn random_households_are_matched_as_the_rules_say() {
    let household = Household::new();
    let conn = RefCell::new(household.conn());
    let mut runner = TestRunner::new(Cases {
        cases: 150,
        failure_persistence: None,
        ..Cases::default()
    });
    let matched = Cell::new(0);
    let outcome = runner.run(&(things(), things()), |(payments, orders)| {
        conn.borrow_mut()
            .transaction(|conn| {
                store(conn, &payments, &orders);
                let found = match_amazon(conn, None).unwrap();
                let mut assigned: Vec<(usize, usize, i32)> = found
                    .matched
                    .iter()
                    .map(|found| {
                        (
                            found.transaction.parse().unwrap(),
                            found.order_id.parse().unwrap(),
                            found.confidence,
                        )
                    })
                    .collect();
                assigned.sort_unstable();
                matched.set(matched.get() + assigned.len());
                assert_eq!(assigned, expected(&payments, &orders));
                assert_eq!(found.unmatched.len(), payments.len() - assigned.len());
                assert!(match_amazon(conn, None).unwrap().matched.is_empty());
                assert_eq!(
                    ask(
                        conn,
                        "SELECT count(*) FROM transaction_enrichment_sources WHERE is_primary"
                    ),
                    assigned.len().to_string()
                );
                Err::<(), _>(diesel::result::Error::RollbackTransaction)
            })
            .unwrap_err();
        Ok(())
    });
    outcome.unwrap();
    assert!(
        matched.get() > 200,
        "the households are too poor: {} matches",
        matched.get()
    );
}
